//! A tuple's item is borrowed from the tuple.

use pyptr::types::{PyAny, PyTuple};
use pyptr::{Borrowed, Owned};

fn released(tuple: Owned<'_, PyTuple>) -> Option<isize> {
    let item = tuple.get(0)?.new_ref();
    drop(tuple);
    Some(item.refcount())
}

fn first<'a, 'py>(tuple: &'a Borrowed<'py, PyTuple>) -> Option<&'a Borrowed<'py, PyAny>> {
    tuple.get(0)
}

fn unpacked(tuple: Owned<'_, PyTuple>) -> Option<isize> {
    let [item] = tuple.unpack(None, 1).ok()?;
    let item = item?.new_ref();
    drop(tuple);
    Some(item.refcount())
}

fn main() {}
