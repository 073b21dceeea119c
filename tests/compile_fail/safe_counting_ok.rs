//! Counting by hand, and making pointers out of raw ones, is `unsafe`.

use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Owned, Python, ffi};

fn counted(object: &Borrowed<'_, PyAny>) {
    unsafe { object.incref() };
    unsafe { object.decref() };
}

fn owned_counted(object: Owned<'_, PyAny>) {
    unsafe { object.incref() };
    unsafe { object.decref() };
}

unsafe fn made<'py>(py: Python<'py>, raw: *mut ffi::PyObject) -> Owned<'py, PyAny> {
    unsafe { Owned::from_owned_ptr(py, raw) }
}

unsafe fn lent<'a, 'py>(py: Python<'py>, raw: *mut ffi::PyObject) -> &'a Borrowed<'py, PyAny> {
    unsafe { Borrowed::from_ptr(py, raw) }
}

unsafe fn cast<'py>(object: Owned<'py, PyAny>) -> Owned<'py, PyString> {
    unsafe { object.cast_into_unchecked() }
}

unsafe fn token<'py>() -> Python<'py> {
    unsafe { Python::assume_attached() }
}

fn main() {}
