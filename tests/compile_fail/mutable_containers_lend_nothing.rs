//! What Python code can change lends no reference to what is in it: a new reference, or a copy, comes out.

use pyptr::types::{PyAny, PyByteArray, PyDict, PyList, PyMemoryView, PyType, PyWeakref};
use pyptr::{Borrowed, Owned, PyResult};

fn item<'a, 'py>(list: &'a Borrowed<'py, PyList>) -> PyResult<'py, &'a Borrowed<'py, PyAny>> {
    list.get(0) //~ E0308
}

fn next<'a, 'py>(list: &'a Borrowed<'py, PyList>) -> Option<&'a Borrowed<'py, PyAny>> {
    list.iter().next() //~ E0308
}

fn value<'a, 'py>(
    dict: &'a Borrowed<'py, PyDict>,
    key: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Option<&'a Borrowed<'py, PyAny>>> {
    dict.get(key) //~ E0308
}

fn target<'a, 'py>(reference: &'a Borrowed<'py, PyWeakref>) -> Option<&'a Borrowed<'py, PyAny>> {
    reference.upgrade() //~ E0308
}

fn kind<'a, 'py>(object: &'a Borrowed<'py, PyAny>) -> &'a Borrowed<'py, PyType> {
    object.type_of() //~ E0308
}

fn unnamed(list: Owned<'_, PyList>) -> usize {
    let mut items = list.iter();
    drop(list); //~ E0505
    items.by_ref().count()
}

fn content(bytes: &Borrowed<'_, PyByteArray>) -> usize {
    bytes.as_bytes().len() //~ E0599
}

fn viewed(view: &Borrowed<'_, PyMemoryView>) -> usize {
    view.as_bytes().len() //~ E0599
}

fn raw(bytes: &Borrowed<'_, PyByteArray>) -> u8 {
    *bytes.as_mut_ptr() //~ E0133
}

fn main() {}
