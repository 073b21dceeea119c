//! `Loaded`: scalars by value, all else by a reference.

use pyptr::error::{PyIndexError, PyRuntimeError};
use pyptr::types::{Loaded, PyDict, PyList};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, given, namespace};

#[test]
fn exact_scalars_come_by_value() {
    attached(|py| {
        let ns = namespace(py);
        let list = eval(
            &ns,
            "[1 << 40, -1, 2.5, True, False, None, 'text', 1 << 63, -(1 << 63), []]",
        );
        let list = list.cast::<PyList>().unwrap();
        let all: Vec<String> = list
            .iter_loaded()
            .map(|item| match item {
                Loaded::Str(text) => text.to_rust_string().unwrap(),
                Loaded::Int(int) => int.to_string(),
                Loaded::Float(float) => float.to_string(),
                Loaded::Bool(value) => value.to_string(),
                Loaded::None => "None".into(),
                Loaded::Object(object) => object
                    .type_of()
                    .name()
                    .unwrap()
                    .str()
                    .unwrap()
                    .to_rust_string()
                    .unwrap(),
            })
            .collect();
        let min = i64::MIN.to_string();
        assert_eq!(
            all,
            [
                "1099511627776",
                "-1",
                "2.5",
                "true",
                "false",
                "None",
                "text",
                "int",
                &min,
                "list"
            ]
        );
        assert_eq!(list.iter_loaded().size_hint(), (10, Some(10)));
        exec(
            &ns,
            "class I(int): pass\nclass F(float): pass\nclass S(str): pass",
        );
        for code in ["I(3)", "F(3)", "S('s')"] {
            assert!(matches!(eval(&ns, code).load(), Loaded::Object(_)));
        }
    });
}

#[test]
fn scalars_are_not_counted() {
    attached(|py| {
        let ns = namespace(py);
        let list = eval(&ns, "[float('1e10'), int('1' * 12)]")
            .cast_into::<PyList>()
            .unwrap();
        for index in 0..2 {
            let item = list.get(index).unwrap();
            assert_eq!(delta_while_held(&item, || list.load(index).unwrap()), 0);
            assert_eq!(delta_while_held(&item, || item.load()), 0);
            let before = item.refcount();
            drop(item.to_owned().into_loaded());
            assert_eq!(item.refcount(), before);
        }
        assert!(list.load(2).unwrap_err().is::<PyIndexError>());
        assert!(list.load(usize::MAX).unwrap_err().is::<PyIndexError>());
    });
}

#[test]
fn everything_else_is_a_new_reference() {
    attached(|py| {
        let text = fresh_str(py, "text");
        let list = PyList::from_owned(py, [given(&text)]).unwrap();
        assert_eq!(
            (
                delta_while_held(&text, || list.load(0)),
                delta_after_drop(&text, || list.load(0))
            ),
            (1, 0)
        );
        assert_eq!(delta_after_drop(&text, || list.iter_loaded().count()), 0);
        let dict = PyDict::new(py).unwrap();
        let key = fresh_str(py, "key");
        dict.set(&key, &text).unwrap();
        let all = || dict.iter_loaded().collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(
            (delta_while_held(&text, all), delta_after_drop(&text, all)),
            (1, 0)
        );
        assert_eq!(
            (delta_while_held(&key, all), delta_after_drop(&key, all)),
            (1, 0)
        );
        assert!(
            matches!(&all()[..], [(Loaded::Str(k), Loaded::Str(v))] if k.is(&key) && v.is(&text))
        );
    });
}

#[test]
fn containers_that_change_meanwhile() {
    attached(|py| {
        let ns = namespace(py);
        let list = eval(&ns, "['first', 'second']")
            .cast_into::<PyList>()
            .unwrap();
        let mut items = list.iter_loaded();
        assert!(matches!(items.next(), Some(Loaded::Str(_))));
        list.clear().unwrap();
        assert!(items.next().is_none());
        list.append(py.none()).unwrap();
        list.append(py.none()).unwrap();
        assert!(items.next().is_none());
        let dict = eval(&ns, "{'a': 1, 'b': 2}").cast_into::<PyDict>().unwrap();
        let mut items = dict.iter_loaded();
        assert!(items.next().unwrap().is_ok());
        dict.clear();
        assert!(items.next().unwrap().unwrap_err().is::<PyRuntimeError>());
        assert!(items.next().is_none());
    });
}
