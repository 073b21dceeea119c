//! `set` and `frozenset`.

use pyptr::error::{PyKeyError, PyTypeError, PyZeroDivisionError};
use pyptr::types::{PyAnySet, PyFrozenSet, PyList, PySet};
use pyptr::{Owned, Python};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, given, namespace};

fn with_item<'py>(py: Python<'py>) -> (Owned<'py, PySet>, Owned<'py, pyptr::types::PyString>) {
    let (set, item) = (PySet::new(py).unwrap(), fresh_str(py, "item"));
    set.add(&item).unwrap();
    assert_eq!(item.refcount(), 2);
    (set, item)
}

#[test]
fn add_takes_a_reference_of_its_own_to_a_new_item() {
    attached(|py| {
        let (set, item) = with_item(py);
        let equal = fresh_str(py, "item");
        assert_eq!(delta_after_drop(&equal, || set.add(&equal).unwrap()), 0);
        assert_eq!(delta_after_drop(&item, || set.add(&item).unwrap()), 0);
        assert_eq!((set.len(), set.is_empty()), (1, false));
        let unhashable = eval(&namespace(py), "[]");
        assert!(set.add(&unhashable).unwrap_err().is::<PyTypeError>());
        assert_eq!((unhashable.refcount(), set.refcount()), (1, 1));
        drop(set);
        assert_eq!(item.refcount(), 1);
    });
}

#[test]
fn contains_borrows() {
    attached(|py| {
        let (set, item) = with_item(py);
        let (equal, other) = (fresh_str(py, "item"), fresh_str(py, "other"));
        assert_eq!(
            delta_after_drop(&equal, || assert!(set.contains(&equal).unwrap())),
            0
        );
        assert_eq!(
            delta_after_drop(&other, || assert!(!set.contains(&other).unwrap())),
            0
        );
        let unhashable = eval(&namespace(py), "[]");
        let fail = || assert!(set.contains(&unhashable).unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&unhashable, fail), 0);
        assert_eq!(item.refcount(), 2);
    });
}

#[test]
fn discard_releases_the_sets_reference() {
    attached(|py| {
        let (set, item) = with_item(py);
        let equal = fresh_str(py, "item");
        assert!(set.discard(&equal).unwrap());
        assert!(!set.discard(&equal).unwrap());
        assert_eq!((item.refcount(), equal.refcount(), set.len()), (1, 1, 0));
        let unhashable = eval(&namespace(py), "[]");
        assert!(set.discard(&unhashable).unwrap_err().is::<PyTypeError>());
        assert_eq!(unhashable.refcount(), 1);
    });
}

#[test]
fn pop_hands_the_sets_reference_over() {
    attached(|py| {
        let (set, item) = with_item(py);
        let popped = set.pop().unwrap();
        assert!(popped.is(&item));
        assert_eq!(item.refcount(), 2);
        drop(popped);
        assert_eq!(item.refcount(), 1);
        assert!(set.pop().unwrap_err().is::<PyKeyError>());
        assert_eq!(set.refcount(), 1);
    });
}

#[test]
fn clear_releases_all() {
    attached(|py| {
        let (set, item) = with_item(py);
        set.clear().unwrap();
        assert_eq!((set.len(), item.refcount()), (0, 1));
    });
}

#[test]
fn from_iterable_takes_new_references() {
    attached(|py| {
        let item = fresh_str(py, "item");
        let list = PyList::from_owned(py, [given(&item), given(&item)]).unwrap();
        let set = || PySet::from_iterable(py, &list).unwrap();
        assert_eq!(
            (delta_while_held(&item, set), delta_after_drop(&item, set)),
            (1, 0)
        );
        let frozen = || PyFrozenSet::from_iterable(py, &list).unwrap();
        assert_eq!(
            (
                delta_while_held(&item, frozen),
                delta_after_drop(&item, frozen)
            ),
            (1, 0)
        );
        assert_eq!((set().len(), frozen().len(), list.refcount()), (1, 1, 1));
        let one = frozen();
        assert!(!PyFrozenSet::from_iterable(py, &one).unwrap().is(&one));
        assert_eq!(one.refcount(), 1);
        assert!(
            PySet::from_iterable(py, py.none())
                .unwrap_err()
                .is::<PyTypeError>()
        );
        assert!(
            PyFrozenSet::from_iterable(py, py.none())
                .unwrap_err()
                .is::<PyTypeError>()
        );
        assert!(PyFrozenSet::new(py).unwrap().is_empty());
    });
}

#[test]
fn a_failing_iterable_leaks_nothing() {
    attached(|py| {
        let ns = namespace(py);
        let item = fresh_str(py, "item");
        crate::python::bind(&ns, "item", &item);
        let before = item.refcount();
        for _ in 0..2 {
            let items = eval(&ns, "(item if i else 1 // i for i in (1, 0))");
            assert!(
                PySet::from_iterable(py, &items)
                    .unwrap_err()
                    .is::<PyZeroDivisionError>()
            );
            assert!(items.iter().unwrap().next_item().unwrap().is_none());
        }
        assert_eq!(item.refcount(), before);
    });
}

#[test]
fn both_are_any_sets() {
    attached(|py| {
        let ns = namespace(py);
        for (code, set, frozen) in [
            ("{1}", true, false),
            ("frozenset()", false, true),
            ("[]", false, false),
        ] {
            let object = eval(&ns, code);
            assert_eq!(object.cast::<PySet>().is_ok(), set);
            assert_eq!(object.cast::<PyFrozenSet>().is_ok(), frozen);
            assert_eq!(object.cast::<PyAnySet>().is_ok(), set || frozen);
            assert_eq!(object.cast_exact::<PyAnySet>().is_ok(), set || frozen);
        }
        let error = eval(&ns, "1").cast::<PyAnySet>().unwrap_err().to_string();
        assert_eq!(error, "expected set or frozenset, got int");
        exec(&ns, "class S(set): pass\ns = S()");
        assert!(eval(&ns, "s").cast::<PySet>().is_ok());
        assert!(eval(&ns, "s").cast_exact::<PySet>().is_err());
    });
}

#[test]
fn a_set_that_changes_while_it_is_iterated_over() {
    attached(|py| {
        let (set, item) = with_item(py);
        let mut items = set.iter().unwrap();
        drop(items.next().unwrap().unwrap());
        set.clear().unwrap();
        assert!(
            items
                .next()
                .unwrap()
                .unwrap_err()
                .is::<pyptr::error::PyRuntimeError>()
        );
        assert_eq!(item.refcount(), 1);
    });
}

/// `__eq__` runs while the set looks an item up, and empties it.
#[test]
fn eq_that_empties_the_set() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "
class Key:
    def __hash__(self):
        return 1
    def __eq__(self, other):
        items.clear()
        return False
items = {Key()}
",
        );
        let items = eval(&ns, "items").cast_into::<PySet>().unwrap();
        let key = eval(&ns, "Key()");
        assert!(!items.contains(&key).unwrap());
        items.add(&key).unwrap();
        assert!(items.discard(&key).unwrap());
        assert_eq!((items.len(), key.refcount()), (0, 1));
    });
}
