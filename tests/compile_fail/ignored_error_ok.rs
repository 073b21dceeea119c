//! An exception cannot be overlooked.
#![deny(unused_must_use)]

use pyptr::error::PyValueError;
use pyptr::types::PyString;
use pyptr::{Owned, PyResult, Python, Raised};

fn fail<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    Err(py.raise::<PyValueError>("fail"))
}

fn token<'py>(py: Python<'py>) -> Raised<'py> {
    py.raise::<PyValueError>("token")
}

fn result<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    fail(py)
}

fn raised<'py>(py: Python<'py>) -> Raised<'py> {
    py.raise::<PyValueError>("raised")
}

fn returned(py: Python<'_>) {
    token(py).clear();
}

fn appended<'py>(text: Owned<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    text.append_str("more")
}

fn main() {}
