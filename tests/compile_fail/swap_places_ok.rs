//! There is no `&mut` to a place: two objects cannot be swapped or overwritten.

use std::mem;

use pyptr::Owned;
use pyptr::types::PyAny;

fn swapped<'py>(mut left: Owned<'py, PyAny>, mut right: Owned<'py, PyAny>) {
    mem::swap(&mut left, &mut right);
}

fn borrowed_mut(object: Owned<'_, PyAny>) -> isize {
    let place = &*object;
    place.refcount()
}

fn main() {}
