//! A view lives as long as its owner, a member as long as its slice, a capsule's value as long as the capsule.

use pyptr::types::{OwnedBytes, OwnedStr, PyAny, PyCapsule, PySlice};
use pyptr::{Borrowed, Owned, PyResult};

fn text(name: OwnedStr<'_>) -> usize {
    let len = name.as_str().len();
    drop(name);
    len
}

fn content<'a>(content: &'a OwnedBytes<'_>) -> &'a [u8] {
    content.as_bytes()
}

fn taken_apart(name: OwnedStr<'_>) -> usize {
    let len = name.as_str().len();
    let longer = name.into_owner().append_str(" and more");
    len + usize::from(longer.is_ok())
}

fn start<'py>(slice: Owned<'py, PySlice>) -> Owned<'py, PyAny> {
    slice.start().new_ref()
}

fn value<'py>(capsule: Owned<'py, PyCapsule>) -> PyResult<'py, usize> {
    let numbers = capsule.get::<Vec<u8>>(c"numbers")?.len();
    drop(capsule);
    Ok(numbers)
}

fn main() {}
