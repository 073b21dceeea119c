//! What is iterated over without counting is unsafe to ask for, and lives as long as the borrow of the container.

use pyptr::types::{PyAny, PyDict, PyList, PyTuple};
use pyptr::{Borrowed, Owned};

fn asked(list: &Borrowed<'_, PyList>) -> usize {
    // SAFETY: nothing else runs.
    unsafe { list.iter_borrowed() }.count()
}

fn item(list: Owned<'_, PyList>) -> Option<isize> {
    // SAFETY: nothing else runs.
    let item = unsafe { list.iter_borrowed() }.next()?;
    Some(item.refcount())
}

fn iterator(dict: Owned<'_, PyDict>) -> usize {
    // SAFETY: nothing else runs.
    let items = unsafe { dict.iter_borrowed() };
    items.count()
}

fn returned<'py>(list: Owned<'py, PyList>) -> Option<Owned<'py, PyAny>> {
    // SAFETY: nothing else runs.
    unsafe { list.iter_borrowed() }
        .next()
        .map(Borrowed::new_ref)
}

fn collected(tuple: Owned<'_, PyTuple>) -> usize {
    let items: Vec<&Borrowed<'_, PyAny>> = tuple.iter().collect();
    items.len()
}

fn unpacked(tuple: Owned<'_, PyTuple>) -> Option<isize> {
    let [first, _] = tuple.unpack::<2>(None, 1).ok()?;
    Some(first?.refcount())
}

fn field<'a, 'py>(tuple: &'a Owned<'py, PyTuple>) -> Option<&'a Borrowed<'py, PyAny>> {
    // SAFETY: a struct sequence with fields.
    unsafe { tuple.struct_sequence_field(0) }
}

fn main() {}
