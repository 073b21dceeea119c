//! A `Shared` does nothing without a token.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, Python, Shared};

fn method(shared: &Shared<PyString>, py: Python<'_>) -> usize {
    shared.bind(py).len()
}

fn deref<'a, 'py>(shared: &'a Shared<PyString>, py: Python<'py>) -> &'a Borrowed<'py, PyString> {
    shared.bind(py)
}

fn owned<'py>(shared: Shared<PyString>, py: Python<'py>) -> Owned<'py, PyString> {
    shared.into_owned(py)
}

fn cloned(shared: &Shared<PyString>, py: Python<'_>) -> Shared<PyString> {
    shared.clone_ref(py)
}

fn main() {}
