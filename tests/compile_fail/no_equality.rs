//! Python's equality runs code and can fail: pointers have no `==` and are no keys.

use std::collections::HashSet;

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned};

fn equal(left: &Borrowed<'_, PyAny>, right: &Borrowed<'_, PyAny>) -> bool {
    left == right //~ E0369
}

fn key<'py>(set: &mut HashSet<Owned<'py, PyAny>>, key: Owned<'py, PyAny>) -> bool {
    set.insert(key) //~ E0599
}

fn main() {}
