//! A slice of pointers is seen as one of more general pointers to read, never to write: somebody could store
//! an object of another kind in it.

use pyptr::Owned;
use pyptr::types::{PyAny, PyString};

fn stored<'py>(texts: &mut [Owned<'py, PyString>], other: Owned<'py, PyAny>) {
    let all = Owned::slice_as_any(texts);
    assert!(!all[0].is(&other));
}

fn main() {}
