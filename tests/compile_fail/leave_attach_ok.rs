//! Nothing that belongs to an attached thread leaves `attach`: neither as result nor through a capture.

use pyptr::error::PyValueError;
use pyptr::types::{PyNone, PyString};
use pyptr::{PyErr, Python, Shared};

fn results() {
    let _owned = Python::attach(|py| PyString::new(py, "owned").unwrap().into_shared());
    let _borrowed = Python::attach(|py| py.none().new_ref().into_shared());
    let _token = Python::attach(|_py| ());
    let _raised = Python::attach(|py| PyErr::from(py.raise::<PyValueError>("raised")));
    let _tried = Python::try_attach(|py| PyString::new(py, "tried").ok().map(Shared::from));
}

fn owned() {
    let mut outer: Option<Shared<PyString>> = None;
    Python::attach(|py| outer = PyString::new(py, "owned").ok().map(Shared::from));
    drop(outer);
}

fn borrowed() {
    let mut outer: Option<Shared<PyNone>> = None;
    Python::attach(|py| outer = Some(Shared::from(py.none())));
    drop(outer);
}

fn token() {
    Python::attach(|py| {
        let inner: Option<Python<'_>> = Some(py);
        inner.is_some()
    });
}

fn raised() {
    let mut outer: Option<PyErr> = None;
    Python::attach(|py| outer = Some(py.raise::<PyValueError>("raised").into()));
    drop(outer);
}

fn main() {}
