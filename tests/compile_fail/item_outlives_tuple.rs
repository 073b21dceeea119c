//! A tuple's item is borrowed from the tuple.

use pyptr::types::{PyAny, PyTuple};
use pyptr::{Borrowed, Owned};

fn released(tuple: Owned<'_, PyTuple>) -> Option<isize> {
    let item = tuple.get(0)?;
    drop(tuple); //~ E0505
    Some(item.refcount())
}

fn first<'py>(tuple: Owned<'py, PyTuple>) -> Option<&'py Borrowed<'py, PyAny>> {
    tuple.get(0) //~ E0515
}

fn unpacked(tuple: Owned<'_, PyTuple>) -> Option<isize> {
    let [item] = tuple.unpack(None, 1).ok()?;
    drop(tuple); //~ E0505
    Some(item?.refcount())
}

fn main() {}
