//! Nothing that belongs to an attached thread is used while it is detached.

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, PyErr, Python, Raised, Shared};

fn owned(py: Python<'_>, object: Owned<'_, PyAny>) -> isize {
    let object = object.into_shared();
    py.detach(|| Python::attach(|py| object.bind(py).refcount()))
}

fn owned_moved(py: Python<'_>, object: Owned<'_, PyAny>) {
    let object = object.into_shared();
    py.detach(move || drop(object))
}

fn borrowed(py: Python<'_>, object: &Borrowed<'_, PyAny>) -> isize {
    let object = Shared::from(object);
    py.detach(|| Python::attach(|py| object.bind(py).refcount()))
}

fn token(py: Python<'_>) -> isize {
    py.detach(|| Python::attach(|py| py.none().refcount()))
}

fn raised(py: Python<'_>, raised: Raised<'_>) {
    let error = PyErr::from(raised);
    py.detach(move || drop(error))
}

fn returned<'py>(py: Python<'py>) -> Option<Owned<'py, PyAny>> {
    let shared: Option<Shared<PyAny>> = py.detach(|| None);
    shared.map(|shared| shared.into_owned(py))
}

fn main() {}
