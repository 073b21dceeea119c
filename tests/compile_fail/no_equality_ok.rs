//! Python's equality runs code and can fail: pointers have no `==` and are no keys.

use std::collections::HashSet;

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned};

fn equal(left: &Borrowed<'_, PyAny>, right: &Borrowed<'_, PyAny>) -> bool {
    left.is(right)
}

fn key<'py>(set: &mut HashSet<usize>, key: &Owned<'py, PyAny>) -> bool {
    set.insert(key.as_ptr() as usize)
}

fn main() {}
