//! There is no `&mut` to a place: two objects cannot be swapped or overwritten.

use std::mem;

use pyptr::Owned;
use pyptr::types::PyAny;

fn swapped<'py>(mut left: Owned<'py, PyAny>, mut right: Owned<'py, PyAny>) {
    mem::swap(
        &mut *left,  //~ E0596
        &mut *right, //~ E0596
    );
}

fn borrowed_mut(mut object: Owned<'_, PyAny>) -> isize {
    let place = &mut *object; //~ E0596
    place.refcount()
}

fn main() {}
