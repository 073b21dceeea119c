//! `tuple`.

mod builder;
mod iter;
mod unpack;

use pyptr::error::{PyValueError, PyZeroDivisionError};
use pyptr::types::{PyAny, PyTuple};
use pyptr::{Borrowed, Owned, Python};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{bind, eval, exec, given, namespace};

pub fn three<'py>(py: Python<'py>) -> Owned<'py, PyTuple> {
    let texts = ["first", "second", "third"];
    PyTuple::from_owned(py, texts.map(|text| fresh_str(py, text).into_any())).unwrap()
}

#[test]
fn items_are_lent_without_counting() {
    attached(|py| {
        let text = fresh_str(py, "lent");
        let tuple = PyTuple::from_owned(py, [given(&text), given(&text)]).unwrap();
        assert_eq!(delta_while_held(&text, || tuple.get(1).unwrap()), 0);
        assert_eq!(
            delta_while_held(&text, || tuple.iter().collect::<Vec<_>>()),
            0
        );
        // SAFETY: a complete tuple.
        assert_eq!(delta_while_held(&text, || unsafe { tuple.as_slice() }), 0);
        assert!(tuple.get(2).is_none());
        assert!(tuple.get(usize::MAX).is_none());
    });
}

#[test]
fn as_slice_is_the_items() {
    attached(|py| {
        let tuple = three(py);
        // SAFETY: a complete tuple.
        let slice: &[&Borrowed<'_, PyAny>] = unsafe { tuple.as_slice() };
        assert_eq!(slice.len(), 3);
        for (index, item) in slice.iter().enumerate() {
            assert!(item.is(tuple.get(index).unwrap()));
        }
        let empty = PyTuple::empty(py);
        // SAFETY: a complete tuple.
        assert!(unsafe { empty.as_slice() }.is_empty());
    });
}

#[test]
fn slices_own_their_items() {
    attached(|py| {
        let text = fresh_str(py, "sliced");
        let tuple = PyTuple::from_owned(py, [given(&text), given(&text), given(&text)]).unwrap();
        assert_eq!(
            delta_while_held(&text, || tuple.get_slice(1, 3).unwrap()),
            2
        );
        assert_eq!(
            delta_after_drop(&text, || tuple.get_slice(1, 3).unwrap()),
            0
        );
        assert_eq!(tuple.get_slice(1, usize::MAX).unwrap().len(), 2);
        assert!(tuple.get_slice(usize::MAX, usize::MAX).unwrap().is_empty());
        assert!(tuple.get_slice(2, 1).unwrap().is_empty());
    });
}

#[test]
fn index_borrows_and_reports() {
    attached(|py| {
        let text = fresh_str(py, "indexed");
        let tuple =
            PyTuple::from_owned(py, [py.none().new_ref().into_any(), given(&text)]).unwrap();
        assert_eq!(delta_after_drop(&text, || tuple.index(&text).unwrap()), 0);
        assert_eq!(tuple.index(&text).unwrap(), 1);
        let missing = fresh_str(py, "missing");
        assert_eq!(
            delta_after_drop(&missing, || {
                assert!(tuple.index(&missing).unwrap_err().is::<PyValueError>());
            }),
            0
        );
        let ns = namespace(py);
        exec(
            &ns,
            "class Odd:\n    def __eq__(self, other):\n        return 1 / 0",
        );
        let odd = eval(&ns, "Odd()");
        bind(&ns, "odd", &odd);
        assert!(tuple.index(&odd).unwrap_err().is::<PyZeroDivisionError>());
        assert!(
            tuple
                .contains(&odd)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert!(tuple.contains(&text).unwrap());
    });
}
