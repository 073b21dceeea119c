//! The protocols of sequences, mappings, numbers, on any object.

use pyptr::error::{
    PyAttributeError, PyIndexError, PyKeyError, PyTypeError, PyUnicodeDecodeError, PyValueError,
    PyZeroDivisionError,
};
use pyptr::types::{PyAny, PyBytes, PyList, PyTuple};
use pyptr::{Borrowed, Owned};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

fn list_of<'py>(item: &Borrowed<'py, pyptr::types::PyString>, count: usize) -> Owned<'py, PyAny> {
    let list = PyList::empty(item.py()).unwrap();
    for _ in 0..count {
        list.append(item).unwrap();
    }
    list.into_any()
}

#[test]
fn items_by_index() {
    attached(|py| {
        let (item, other) = (fresh_str(py, "item"), fresh_str(py, "other"));
        let list = list_of(&item, 2);
        assert!(list.get_at(-1).unwrap().is(&item));
        assert_eq!(
            (
                delta_while_held(&item, || list.get_at(0)),
                delta_after_drop(&item, || list.get_at(0))
            ),
            (1, 0)
        );
        let fail = || {
            assert!(list.get_at(2).unwrap_err().is::<PyIndexError>());
            assert!(list.set_at(-3, &other).unwrap_err().is::<PyIndexError>());
            assert!(list.del_at(2).unwrap_err().is::<PyIndexError>());
        };
        assert_eq!((delta_after_drop(&item, fail), other.refcount()), (0, 1));
        list.set_at(-1, &other).unwrap();
        assert_eq!((item.refcount(), other.refcount()), (2, 2));
        list.del_at(0).unwrap();
        assert_eq!((item.refcount(), shown(&list)), (1, "['other']".into()));
        assert!(py.none().get_at(0).unwrap_err().is::<PyTypeError>());
    });
}

#[test]
fn slices_of_sequences() {
    attached(|py| {
        let item = fresh_str(py, "item");
        let list = list_of(&item, 4);
        let slice = || list.get_slice(-3, -1).unwrap();
        assert_eq!(
            (
                delta_while_held(&item, slice),
                delta_after_drop(&item, slice)
            ),
            (2, 0)
        );
        list.set_slice(1, 3, &eval(&namespace(py), "(7,)")).unwrap();
        assert_eq!(
            (shown(&list), item.refcount()),
            ("['item', 7, 'item']".into(), 3)
        );
        list.del_slice(0, 2).unwrap();
        assert_eq!((shown(&list), item.refcount()), ("['item']".into(), 2));
        assert!(
            list.set_slice(0, 1, py.none())
                .unwrap_err()
                .is::<PyTypeError>()
        );
        assert!(py.none().get_slice(0, 1).unwrap_err().is::<PyTypeError>());
        assert!(py.none().del_slice(0, 1).unwrap_err().is::<PyTypeError>());
        assert_eq!(item.refcount(), 2);
    });
}

#[test]
fn concat_and_repeat() {
    attached(|py| {
        let item = fresh_str(py, "item");
        let list = list_of(&item, 1);
        let twice = || list.concat(&list).unwrap();
        assert_eq!(
            (
                delta_while_held(&item, twice),
                delta_after_drop(&item, twice)
            ),
            (2, 0)
        );
        let thrice = || list.repeat(3).unwrap();
        assert_eq!(
            (
                delta_while_held(&item, thrice),
                delta_after_drop(&item, thrice)
            ),
            (3, 0)
        );
        assert!(list.repeat(-1).unwrap().len().unwrap() == 0);
        assert!(list.in_place_concat(&list_of(&item, 1)).unwrap().is(&list));
        assert!(list.in_place_repeat(2).unwrap().is(&list));
        assert_eq!(
            (list.len().unwrap(), item.refcount(), list.refcount()),
            (4, 5, 1)
        );
        let fail = || {
            assert!(list.concat(py.none()).unwrap_err().is::<PyTypeError>());
            assert!(
                list.in_place_concat(py.none())
                    .unwrap_err()
                    .is::<PyTypeError>()
            );
            assert!(py.none().repeat(2).unwrap_err().is::<PyTypeError>());
            assert!(
                py.none()
                    .in_place_repeat(2)
                    .unwrap_err()
                    .is::<PyTypeError>()
            );
        };
        assert_eq!(delta_after_drop(&list, fail), 0);
    });
}

#[test]
fn counting_and_finding() {
    attached(|py| {
        let ns = namespace(py);
        let (item, other) = (fresh_str(py, "item"), fresh_str(py, "other"));
        let list = list_of(&item, 3);
        assert_eq!(
            (
                list.count_of(&item).unwrap(),
                list.count_of(&other).unwrap()
            ),
            (3, 0)
        );
        assert_eq!(list.index_of(&fresh_str(py, "item")).unwrap(), 0);
        let fail = || {
            assert!(list.index_of(&other).unwrap_err().is::<PyValueError>());
            assert!(py.none().count_of(&other).unwrap_err().is::<PyTypeError>());
        };
        assert_eq!((delta_after_drop(&other, fail), item.refcount()), (0, 4));
        exec(&ns, "class E:\n def __eq__(self, other):\n  return 1 // 0");
        let broken = eval(&ns, "[E()]");
        assert!(
            broken
                .count_of(&item)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert!(
            broken
                .index_of(&item)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert_eq!(item.refcount(), 4);
    });
}

#[test]
fn lists_and_tuples_of_iterables() {
    attached(|py| {
        let item = fresh_str(py, "item");
        let list = list_of(&item, 2);
        let (as_list, as_tuple) = (|| list.to_list().unwrap(), || list.to_tuple().unwrap());
        assert_eq!(
            (
                delta_while_held(&item, as_list),
                delta_after_drop(&item, as_list)
            ),
            (2, 0)
        );
        assert_eq!(
            (
                delta_while_held(&item, as_tuple),
                delta_after_drop(&item, as_tuple)
            ),
            (2, 0)
        );
        let tuple: Owned<'_, PyTuple> = as_tuple();
        assert!(tuple.as_any().to_tuple().unwrap().is(&tuple));
        let failing = || eval(&namespace(py), "(1 // i for i in (1, 0))");
        assert!(failing().to_list().unwrap_err().is::<PyZeroDivisionError>());
        assert!(
            failing()
                .to_tuple()
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
    });
}

#[test]
fn mappings() {
    attached(|py| {
        let value = fresh_str(py, "value");
        let dict = eval(&namespace(py), "{}");
        dict.set_item_str(c"key", &value).unwrap();
        assert_eq!(value.refcount(), 2);
        let get = || dict.get_item_str(c"key").unwrap();
        assert_eq!(
            (delta_while_held(&value, get), delta_after_drop(&value, get)),
            (1, 0)
        );
        let key = fresh_str(py, "key");
        let opt = || dict.get_item_opt(&key).unwrap().unwrap();
        assert_eq!(
            (delta_while_held(&value, opt), delta_after_drop(&value, opt)),
            (1, 0)
        );
        let missing = fresh_str(py, "missing");
        assert!(dict.get_item_opt(&missing).unwrap().is_none());
        assert_eq!((missing.refcount(), key.refcount()), (1, 1));
        assert!(
            dict.get_item_opt(&eval(&namespace(py), "[]"))
                .unwrap_err()
                .is::<PyTypeError>()
        );
        let (values, keys, items) = (
            || dict.values().unwrap(),
            || dict.keys().unwrap(),
            || dict.items().unwrap(),
        );
        assert_eq!(
            (
                delta_while_held(&value, values),
                delta_after_drop(&value, values)
            ),
            (1, 0)
        );
        assert_eq!(
            (
                delta_while_held(&value, items),
                delta_after_drop(&value, items)
            ),
            (1, 0)
        );
        assert_eq!(
            (shown(&keys()), shown(&items())),
            ("['key']".into(), "[('key', 'value')]".into())
        );
        let fail = || {
            assert!(
                dict.get_item_str(c"missing")
                    .unwrap_err()
                    .is::<PyKeyError>()
            );
            assert!(
                dict.get_item_str(c"\xff")
                    .unwrap_err()
                    .is::<PyUnicodeDecodeError>()
            );
            assert!(
                dict.set_item_str(c"\xff", &value)
                    .unwrap_err()
                    .is::<PyUnicodeDecodeError>()
            );
            assert!(
                dict.del_item_str(c"missing")
                    .unwrap_err()
                    .is::<PyKeyError>()
            );
            assert!(value.keys().unwrap_err().is::<PyAttributeError>());
            assert!(value.values().unwrap_err().is::<PyAttributeError>());
            assert!(value.items().unwrap_err().is::<PyAttributeError>());
        };
        assert_eq!((delta_after_drop(&value, fail), dict.refcount()), (0, 1));
        dict.del_item_str(c"key").unwrap();
        assert_eq!(value.refcount(), 1);
    });
}

#[test]
fn what_types_can_do() {
    attached(|py| {
        let ns = namespace(py);
        let flags = |code: &str| {
            let object = eval(&ns, code);
            (
                object.is_sequence(),
                object.is_mapping(),
                object.is_number(),
                object.is_index(),
            )
        };
        assert_eq!(flags("[]"), (true, true, false, false));
        assert_eq!(flags("{}"), (false, true, false, false));
        assert_eq!(flags("3"), (false, false, true, true));
        assert_eq!(flags("3.5"), (false, false, true, false));
        assert_eq!(flags("None"), (false, false, false, false));
    });
}

#[test]
fn numbers_as_isize() {
    attached(|py| {
        let ns = namespace(py);
        assert_eq!(eval(&ns, "-1").to_isize().unwrap(), -1);
        assert_eq!(eval(&ns, "-1").to_isize_clipped().unwrap(), -1);
        let big = eval(&ns, "-(1 << 80)");
        let fail = || assert!(big.to_isize().unwrap_err().is::<PyIndexError>());
        assert_eq!(
            (
                delta_after_drop(&big, fail),
                big.to_isize_clipped().unwrap()
            ),
            (0, isize::MIN)
        );
        let text = fresh_str(py, "text");
        assert!(text.to_isize().unwrap_err().is::<PyTypeError>());
        assert!(text.to_isize_clipped().unwrap_err().is::<PyTypeError>());
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn bytes_and_format() {
    attached(|py| {
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        assert_eq!(
            (
                delta_while_held(&bytes, || bytes.bytes()),
                delta_after_drop(&bytes, || bytes.bytes())
            ),
            (1, 0)
        );
        assert_eq!(
            eval(&namespace(py), "[65, 66]").bytes().unwrap().as_bytes(),
            b"AB"
        );
        let (text, spec) = (fresh_str(py, "text"), fresh_str(py, ">6"));
        assert!(text.bytes().unwrap_err().is::<PyTypeError>());
        assert!(text.format(&spec).unwrap().eq_str("  text"));
        assert_eq!(delta_after_drop(&text, || text.format(&spec)), 0);
        let wrong = fresh_str(py, "no spec");
        let fail = || assert!(text.format(&wrong).unwrap_err().is::<PyValueError>());
        assert_eq!((delta_after_drop(&wrong, fail), text.refcount()), (0, 1));
    });
}

#[test]
fn generic_attributes() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class C:\n def __getattribute__(self, name):\n  return 1 // 0\nc = C()",
        );
        let (object, name, value) = (
            eval(&ns, "c"),
            fresh_str(py, "name"),
            fresh_str(py, "value"),
        );
        assert!(
            object
                .getattr(&name)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        object.generic_setattr(&name, Some(&value)).unwrap();
        assert_eq!(value.refcount(), 2);
        let get = || object.generic_getattr(&name).unwrap();
        assert_eq!(
            (delta_while_held(&value, get), delta_after_drop(&value, get)),
            (1, 0)
        );
        assert_eq!(shown(&object.generic_dict().unwrap()), "{'name': 'value'}");
        object.generic_setattr(&name, None).unwrap();
        assert_eq!(value.refcount(), 1);
        assert!(
            object
                .generic_getattr(&name)
                .unwrap_err()
                .is::<PyAttributeError>()
        );
        assert!(
            object
                .generic_setattr(&name, None)
                .unwrap_err()
                .is::<PyAttributeError>()
        );
        // A type's attributes are cached.
        let kind = value.type_of();
        assert!(kind.generic_dict().unwrap_err().is::<PyTypeError>());
        let refused = kind.generic_setattr(&name, Some(&value));
        assert!(refused.unwrap_err().is::<PyTypeError>());
        assert!(value.generic_dict().unwrap_err().is::<PyAttributeError>());
        assert_eq!(value.refcount(), 1);
    });
}

#[test]
fn length_hints() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class H:\n def __length_hint__(self):\n  return 1 // 0",
        );
        assert_eq!(eval(&ns, "[1, 2]").length_hint(9).unwrap(), 2);
        assert_eq!(eval(&ns, "iter([1, 2])").length_hint(9).unwrap(), 2);
        assert_eq!(eval(&ns, "(i for i in ())").length_hint(9).unwrap(), 9);
        assert!(
            eval(&ns, "H()")
                .length_hint(9)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
    });
}
