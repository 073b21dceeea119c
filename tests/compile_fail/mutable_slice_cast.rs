//! A slice of pointers is seen as one of more general pointers to read, never to write: somebody could store
//! an object of another kind in it.

use pyptr::Owned;
use pyptr::types::{PyAny, PyString};

fn stored<'py>(texts: &mut [Owned<'py, PyString>], other: Owned<'py, PyAny>) {
    let all: &mut [Owned<'py, PyAny>] = Owned::slice_as_any(texts); //~ E0308
    all[0] = other;
}

fn main() {}
