//! Counting by hand, and making pointers out of raw ones, is `unsafe`.

use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Owned, Python, ffi};

fn counted(object: &Borrowed<'_, PyAny>) {
    object.incref(); //~ E0133
    object.decref(); //~ E0133
}

fn owned_counted(object: Owned<'_, PyAny>) {
    object.incref(); //~ E0133
    object.decref(); //~ E0133
}

fn made<'py>(py: Python<'py>, raw: *mut ffi::PyObject) -> Owned<'py, PyAny> {
    Owned::from_owned_ptr(py, raw) //~ E0133
}

fn lent<'a, 'py>(py: Python<'py>, raw: *mut ffi::PyObject) -> &'a Borrowed<'py, PyAny> {
    Borrowed::from_ptr(py, raw) //~ E0133
}

fn cast<'py>(object: Owned<'py, PyAny>) -> Owned<'py, PyString> {
    object.cast_into_unchecked() //~ E0133
}

fn token<'py>() -> Python<'py> {
    Python::assume_attached() //~ E0133
}

fn main() {}
