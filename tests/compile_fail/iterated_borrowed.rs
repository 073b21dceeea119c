//! What is iterated over without counting is unsafe to ask for, and lives as long as the borrow of the container.

use pyptr::types::{PyAny, PyDict, PyList, PyTuple};
use pyptr::{Borrowed, Owned};

fn asked(list: &Borrowed<'_, PyList>) -> usize {
    list.iter_borrowed().count() //~ E0133
}

fn item(list: Owned<'_, PyList>) -> Option<isize> {
    // SAFETY: nothing else runs.
    let item = unsafe { list.iter_borrowed() }.next()?;
    drop(list); //~ E0505
    Some(item.refcount())
}

fn iterator(dict: Owned<'_, PyDict>) -> usize {
    // SAFETY: nothing else runs.
    let items = unsafe { dict.iter_borrowed() };
    drop(dict); //~ E0505
    items.count()
}

fn returned<'py>(list: Owned<'py, PyList>) -> Option<&'py Borrowed<'py, PyAny>> {
    // SAFETY: nothing else runs.
    unsafe { list.iter_borrowed() }.next() //~ E0515
}

fn collected(tuple: Owned<'_, PyTuple>) -> usize {
    let items: Vec<&Borrowed<'_, PyAny>> = tuple.iter().collect();
    drop(tuple); //~ E0505
    items.len()
}

fn unpacked(tuple: Owned<'_, PyTuple>) -> Option<isize> {
    let [first, _] = tuple.unpack::<2>(None, 1).ok()?;
    drop(tuple); //~ E0505
    Some(first?.refcount())
}

fn field<'py>(tuple: Owned<'py, PyTuple>) -> Option<&'py Borrowed<'py, PyAny>> {
    // SAFETY: a struct sequence with fields.
    unsafe { tuple.struct_sequence_field(0) } //~ E0515
}

fn main() {}
