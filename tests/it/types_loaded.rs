//! `Loaded`, owners with views, type addresses, upcasts of slices.

use std::collections::HashMap;

use pyptr::error::{PyIndexError, PyRuntimeError, PyUnicodeEncodeError};
use pyptr::types::{
    Loaded, OwnedBytes, OwnedStr, PyBytes, PyDict, PyInt, PyList, PyString, PyType, TypeAddr,
};
use pyptr::{Borrowed, Owned};

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

#[test]
fn owners_bring_their_views_along() {
    attached(|py| {
        let text = fresh_str(py, "grün");
        let view = OwnedStr::new(text.to_owned()).unwrap();
        assert_eq!(
            (text.refcount(), &*view, view.as_str(), view.to_string()),
            (2, "grün", "grün", "grün".to_owned())
        );
        let second = view.clone();
        assert_eq!(
            (text.refcount(), view == second, view == *"grün"),
            (3, true, true)
        );
        let mut map = HashMap::new();
        map.insert(second, 1);
        assert_eq!((map.get("grün"), map.get("blau")), (Some(&1), None));
        drop(map);
        assert!(view.owner().is(&text));
        assert!(view.into_owner().is(&text));
        assert_eq!(text.refcount(), 1);
        let surrogate = eval(&namespace(py), "'lone \\ud800'")
            .cast_into::<PyString>()
            .unwrap();
        let fail = || {
            assert!(
                OwnedStr::new(surrogate.to_owned())
                    .unwrap_err()
                    .is::<PyUnicodeEncodeError>()
            )
        };
        assert_eq!(delta_after_drop(&surrogate, fail), 0);
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        let view = OwnedBytes::new(bytes.to_owned());
        assert_eq!(
            (bytes.refcount(), &*view, view.as_bytes()),
            (2, &b"bytes"[..], &b"bytes"[..])
        );
        assert!(view < OwnedBytes::new(PyBytes::new(py, b"later").unwrap()));
        drop(view);
        assert_eq!(bytes.refcount(), 1);
    });
}

/// The view of an owner stays as it is when somebody appends to the same object.
#[test]
fn a_view_is_not_appended_to() {
    attached(|py| {
        let view = OwnedStr::new(fresh_str(py, "text")).unwrap();
        let longer = view.owner().to_owned().append_str(" and more").unwrap();
        assert_eq!(
            (&*view, longer.to_str().unwrap()),
            ("text", "text and more")
        );
    });
}

#[test]
fn type_addresses() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, "class C(str): pass\nc = C()");
        let (class, object) = (
            eval(&ns, "C").cast_into::<PyType>().unwrap(),
            eval(&ns, "c"),
        );
        assert_eq!(delta_while_held(&class, || object.type_addr()), 0);
        assert_eq!(object.type_addr(), class.addr());
        assert_ne!(object.type_addr(), TypeAddr::of::<PyString>(py));
        assert_eq!(
            fresh_str(py, "text").type_addr(),
            TypeAddr::of::<PyString>(py)
        );
        assert!(object.has_exact_type(&class) && object.has_type(PyType::of::<PyString>(py)));
        assert!(
            !object.has_exact_type(PyType::of::<PyString>(py))
                && !object.has_type(PyType::of::<PyInt>(py))
        );
    });
}

#[test]
fn slices_are_upcast_in_place() {
    attached(|py| {
        let owned = [fresh_str(py, "first"), fresh_str(py, "second")];
        let any = Owned::slice_as_any(&owned);
        assert!(any[1].is(&owned[1]) && any.len() == 2);
        assert_eq!(owned[0].refcount(), 1);
        let borrowed: [&Borrowed<'_, PyString>; 2] = [&owned[0], &owned[1]];
        assert!(Borrowed::slice_as_any(&borrowed)[0].is(&owned[0]));
        assert!(Borrowed::slice_as_base(&borrowed)[1].is(&owned[1]));
        assert!(
            Borrowed::opt_as_any(Some(borrowed[0]))
                .unwrap()
                .is(&owned[0])
        );
        assert!(Borrowed::<PyString>::opt_as_any(None).is_none());
    });
}

#[test]
fn borrowed_iteration_counts_nothing() {
    attached(|py| {
        let (first, second) = (fresh_str(py, "first"), fresh_str(py, "second"));
        let list = PyList::from_owned(py, [given(&first), given(&second)]).unwrap();
        // SAFETY: nothing else runs.
        let items: Vec<_> = unsafe { list.iter_borrowed() }.collect();
        assert!(items.len() == 2 && items[0].is(&first) && items[1].is(&second));
        assert_eq!((first.refcount(), second.refcount()), (2, 2));
        let dict = PyDict::new(py).unwrap();
        dict.set(&first, &second).unwrap();
        // SAFETY: nothing else runs.
        let items: Vec<_> = unsafe { dict.iter_borrowed() }.collect();
        assert!(matches!(&items[..], [(key, value)] if key.is(&first) && value.is(&second)));
        assert_eq!((first.refcount(), second.refcount()), (3, 3));
        let empty = PyList::empty(py).unwrap();
        // SAFETY: as above.
        assert_eq!(unsafe { empty.iter_borrowed() }.count(), 0);
    });
}
