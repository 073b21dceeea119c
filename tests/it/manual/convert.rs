//! To and from the safe pointers, and casts.

use pyptr::error::{PyTypeError, PyValueError};
use pyptr::manual::Ptr;
use pyptr::types::{PyAny, PyBool, PyInt, PyString};
use pyptr::{Owned, PyResult, Raised};

use super::{assert_raised, owned};
use crate::common::{attached, fresh_str};

#[test]
fn owned_goes_round_without_counting() {
    attached(|py| {
        let witness = fresh_str(py, "round trip");
        let ptr = Ptr::from_owned(witness.new_ref());
        assert_eq!(witness.refcount(), 2);
        // SAFETY: the reference given up by `from_owned`.
        let back = unsafe { ptr.into_owned(py) };
        assert!(back.is(&witness));
        assert_eq!(witness.refcount(), 2);
        drop(back);
        assert_eq!(witness.refcount(), 1);
    });
}

#[test]
fn borrowed_goes_round_without_counting() {
    attached(|py| {
        let witness = fresh_str(py, "round trip");
        let ptr = Ptr::from_borrowed(&witness);
        // SAFETY: `witness` outlives the reference.
        let back = unsafe { ptr.as_borrowed(py) };
        assert!(back.is(&witness));
        assert_eq!(back.to_str().unwrap(), "round trip");
        assert_eq!(witness.refcount(), 1);
    });
}

#[test]
fn results_go_round_without_counting() {
    attached(|py| {
        let witness = fresh_str(py, "result");
        let some = Ptr::from_result(Ok(witness.new_ref()));
        assert_eq!(witness.refcount(), 2);
        drop(owned(py, some));
        assert_eq!(witness.refcount(), 1);

        let none: Option<Ptr<PyString>> =
            Ptr::from_result(Err(py.raise::<PyValueError>("left set")));
        assert!(none.is_none());
        // SAFETY: there is no reference in it.
        let result: PyResult<'_, Owned<'_, PyString>> = unsafe { Ptr::into_result(py, none) };
        assert!(result.unwrap_err().is::<PyValueError>());
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn casts_count_nothing() {
    attached(|py| {
        let text = fresh_str(py, "cast");
        let ptr = Ptr::from_borrowed(&text);
        let any: Ptr<PyAny> = ptr.as_any();
        // SAFETY: alive.
        assert!(unsafe { any.cast::<PyString>() }.is_some_and(|string| string.is(ptr)));
        // SAFETY: alive.
        assert_raised::<_, PyTypeError>(py, unsafe { any.cast::<PyInt>() });
        assert_eq!(text.refcount(), 1);
        let truth: Ptr<PyBool> = Ptr::from_borrowed(py.bool(true));
        let int: Ptr<PyInt> = truth.as_base();
        assert!(int.is(truth));
    });
}
