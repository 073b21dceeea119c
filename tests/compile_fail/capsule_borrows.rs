//! A capsule owns its value, which nobody may change through it; weak references and views of memory keep nothing
//! of Rust's alive.

use std::cell::Cell;

use pyptr::types::{PyAny, PyCapsule, PyMemoryView, PyWeakref};
use pyptr::{Borrowed, Owned, PyResult, Python};

fn local(py: Python<'_>) -> bool {
    let numbers = vec![1, 2, 3];
    PyCapsule::new(py, c"numbers", numbers.as_slice()).is_ok() //~ E0597
}

fn object<'py>(py: Python<'py>, object: Owned<'py, PyAny>) -> bool {
    PyCapsule::new(py, c"object", object).is_ok() //~ E0277
}

fn changed<'py>(capsule: &Borrowed<'py, PyCapsule>) -> PyResult<'py, ()> {
    capsule.get::<Vec<u8>>(c"numbers")?.push(4); //~ E0596
    Ok(())
}

fn cell(py: Python<'_>) -> bool {
    PyCapsule::new(py, c"cell", Cell::new(3)).is_ok() //~ E0277
}

fn pointed<'py>(capsule: &Borrowed<'py, PyCapsule>) -> PyResult<'py, u8> {
    let pointer = capsule.pointer(None)?.cast::<u8>();
    Ok(*pointer.as_ref()) //~ E0133
}

fn memory<'py>(py: Python<'py>, bytes: &mut [u8]) -> bool {
    PyMemoryView::from_memory(py, bytes.as_mut_ptr(), bytes.len(), true).is_ok() //~ E0133
}

fn target<'py>(reference: Owned<'py, PyWeakref>) -> Option<&'py Borrowed<'py, PyAny>> {
    reference.upgrade().as_deref() //~ E0515
}

fn detached(py: Python<'_>, reference: Owned<'_, PyWeakref>) -> bool {
    py.detach(|| reference.upgrade().is_some()) //~ E0277
}

fn main() {}
