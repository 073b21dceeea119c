//! `pyptr::manual`: exact counts, on success and on failure.

mod convert;
mod heap;
mod pointer;
mod string;
mod walk_through;

use pyptr::manual::Ptr;
use pyptr::types::PyFloat;
use pyptr::{Object, Owned, Python, Raised, ffi};

/// An object that is no str, and that nobody else refers to.
pub fn fresh_float(py: Python<'_>) -> Owned<'_, PyFloat> {
    // SAFETY: attached.
    let float = unsafe { ffi::PyFloat_FromDouble(2.5) };
    // SAFETY: a new reference; there is memory for it.
    let float: Owned<'_, PyFloat> = unsafe { Owned::from_owned_ptr(py, float) };
    assert_eq!(float.refcount(), 1);
    float
}

/// The count of an object that is alive.
pub fn count<T: Object>(ptr: Ptr<T>) -> isize {
    // SAFETY: the tests ask only for objects that they keep alive, while attached.
    unsafe { ptr.refcount() }
}

/// The result of a function that must have succeeded, as an `Owned`.
#[track_caller]
pub fn owned<'py, T: Object>(py: Python<'py>, result: Option<Ptr<T>>) -> Owned<'py, T> {
    // SAFETY: every function that returns an `Option<Ptr>` and does not fail returns a new reference.
    unsafe { Ptr::into_result(py, result) }.expect("no exception")
}

/// Checks that the function failed and that `E` is set, and clears it.
#[track_caller]
pub fn assert_raised<T: Object, E: pyptr::error::Exception>(
    py: Python<'_>,
    result: Option<Ptr<T>>,
) {
    assert!(result.is_none());
    let raised = Raised::occurred(py).expect("an exception is set");
    assert!(raised.is::<E>(), "{raised:?}");
}
