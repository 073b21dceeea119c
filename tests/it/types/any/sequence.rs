//! The protocol of sequences, on any object.

use pyptr::error::{PyIndexError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PyAny, PyList, PyTuple};
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
