//! Nothing that belongs to an attached thread is used while it is detached.

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python, Raised};

fn owned(py: Python<'_>, object: Owned<'_, PyAny>) -> isize {
    py.detach(|| object.refcount()) //~ E0277
}

fn owned_moved(py: Python<'_>, object: Owned<'_, PyAny>) {
    py.detach(move || drop(object)) //~ E0277
}

fn borrowed(py: Python<'_>, object: &Borrowed<'_, PyAny>) -> isize {
    py.detach(|| object.refcount()) //~ E0277
}

fn token(py: Python<'_>) -> isize {
    py.detach(|| py.none().refcount()) //~ E0277
}

fn raised(py: Python<'_>, raised: Raised<'_>) {
    py.detach(move || raised.clear()) //~ E0277
}

fn returned<'py>(py: Python<'py>) -> Option<Owned<'py, PyAny>> {
    py.detach(|| None) //~ E0277
}

fn main() {}
