//! A `Shared` does nothing without a token.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, Shared};

fn method(shared: &Shared<PyString>) -> usize {
    shared.len() //~ E0599
}

fn deref(shared: &Shared<PyString>) -> &Borrowed<'_, PyString> {
    &**shared //~ E0614
}

fn owned<'py>(shared: Shared<PyString>) -> Owned<'py, PyString> {
    shared.into_owned() //~ E0061
}

fn cloned(shared: &Shared<PyString>) -> Shared<PyString> {
    shared.clone() //~ E0308
}

fn main() {}
