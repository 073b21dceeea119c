//! What Python code can change lends no reference to what is in it: a new reference, or a copy, comes out.

use pyptr::types::{PyAny, PyByteArray, PyDict, PyList, PyMemoryView, PyType, PyWeakref};
use pyptr::{Borrowed, Owned, PyResult};

fn item<'a, 'py>(list: &'a Borrowed<'py, PyList>) -> PyResult<'py, Owned<'py, PyAny>> {
    list.get(0)
}

fn next<'a, 'py>(list: &'a Borrowed<'py, PyList>) -> Option<Owned<'py, PyAny>> {
    list.iter().next()
}

fn value<'a, 'py>(
    dict: &'a Borrowed<'py, PyDict>,
    key: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
    dict.get(key)
}

fn target<'a, 'py>(reference: &'a Borrowed<'py, PyWeakref>) -> Option<Owned<'py, PyAny>> {
    reference.upgrade()
}

fn kind<'a, 'py>(object: &'a Borrowed<'py, PyAny>) -> Owned<'py, PyType> {
    object.type_of()
}

fn unnamed(list: Owned<'_, PyList>) -> usize {
    let mut items = list.iter();
    let count = items.by_ref().count();
    drop(list);
    count
}

fn content(bytes: &Borrowed<'_, PyByteArray>) -> usize {
    bytes.to_vec().map_or(0, |copy| copy.len())
}

fn viewed(view: &Borrowed<'_, PyMemoryView>) -> usize {
    view.buffer().map_or(0, |buffer| buffer.len_bytes())
}

fn raw(bytes: &Borrowed<'_, PyByteArray>) -> u8 {
    // SAFETY: not empty, in this example, and nothing runs meanwhile.
    unsafe { *bytes.as_mut_ptr() }
}

fn main() {}
