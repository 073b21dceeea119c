//! A view lives as long as its owner, a member as long as its slice, a capsule's value as long as the capsule.

use pyptr::types::{OwnedBytes, OwnedStr, PyAny, PyCapsule, PySlice};
use pyptr::{Borrowed, Owned, PyResult};

fn text(name: OwnedStr<'_>) -> usize {
    let text = name.as_str();
    drop(name); //~ E0505
    text.len()
}

fn content<'py>(content: OwnedBytes<'py>) -> &'py [u8] {
    content.as_bytes() //~ E0515
}

fn taken_apart(name: OwnedStr<'_>) -> usize {
    let text = name.as_str();
    let longer = name.into_owner().append_str(" and more"); //~ E0505
    text.len() + usize::from(longer.is_ok())
}

fn start<'py>(slice: Owned<'py, PySlice>) -> &'py Borrowed<'py, PyAny> {
    slice.start() //~ E0515
}

fn value<'py>(capsule: Owned<'py, PyCapsule>) -> PyResult<'py, usize> {
    let numbers = capsule.get::<Vec<u8>>(c"numbers")?;
    drop(capsule); //~ E0505
    Ok(numbers.len())
}

fn main() {}
