//! Nothing that belongs to an attached thread leaves `attach`: neither as result nor through a capture.

use pyptr::error::PyValueError;
use pyptr::types::{PyNone, PyString};
use pyptr::{Borrowed, Owned, Python, Raised};

fn results() {
    let _owned = Python::attach(|py| PyString::new(py, "owned").unwrap()); //~ lifetime
    let _borrowed = Python::attach(|py| py.none()); //~ lifetime
    let _token = Python::attach(|py| py); //~ lifetime
    let _raised = Python::attach(|py| py.raise::<PyValueError>("raised")); //~ lifetime
    let _tried = Python::try_attach(|py| PyString::new(py, "tried").ok()); //~ lifetime
}

fn owned() {
    let mut outer: Option<Owned<'_, PyString>> = None;
    Python::attach(|py| outer = PyString::new(py, "owned").ok()); //~ E0521
    drop(outer);
}

fn borrowed() {
    let mut outer: Option<&Borrowed<'_, PyNone>> = None;
    Python::attach(|py| outer = Some(py.none())); //~ E0521
    drop(outer);
}

fn token() {
    let mut outer: Option<Python<'_>> = None;
    Python::attach(|py| outer = Some(py)); //~ E0521
    drop(outer);
}

fn raised() {
    let mut outer: Option<Raised<'_>> = None;
    Python::attach(|py| outer = Some(py.raise::<PyValueError>("raised"))); //~ E0521
    drop(outer);
}

fn main() {}
