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

fn result(py: Python<'_>) {
    fail(py); //~ unused_must_use
}

fn raised(py: Python<'_>) {
    py.raise::<PyValueError>("raised"); //~ unused_must_use
}

fn returned(py: Python<'_>) {
    token(py); //~ unused_must_use
}

fn appended(text: Owned<'_, PyString>) {
    text.append_str("more"); //~ unused_must_use
}

fn main() {}
