//! A capsule owns its value, which nobody may change through it; weak references and views of memory keep nothing
//! of Rust's alive.

use std::sync::Mutex;
use std::sync::atomic::AtomicU8;

use pyptr::types::{PyAny, PyBytes, PyCapsule, PyMemoryView, PyWeakref};
use pyptr::{Borrowed, Owned, PyResult, Python};

fn local(py: Python<'_>) -> bool {
    let numbers = vec![1, 2, 3];
    PyCapsule::new(py, c"numbers", numbers).is_ok()
}

fn object<'py>(py: Python<'py>, object: Owned<'py, PyAny>) -> bool {
    PyCapsule::new(py, c"object", object.into_shared()).is_ok()
}

fn changed<'py>(capsule: &Borrowed<'py, PyCapsule>) -> PyResult<'py, ()> {
    let numbers = capsule.get::<Mutex<Vec<u8>>>(c"numbers")?;
    numbers.lock().expect("no panic").push(4);
    Ok(())
}

fn cell(py: Python<'_>) -> bool {
    PyCapsule::new(py, c"cell", AtomicU8::new(3)).is_ok()
}

fn pointed<'py>(capsule: &Borrowed<'py, PyCapsule>) -> PyResult<'py, u8> {
    let pointer = capsule.pointer(None)?.cast::<u8>();
    // SAFETY: what a capsule without a name points to, in this example.
    Ok(unsafe { *pointer.as_ref() })
}

fn memory<'py>(py: Python<'py>, bytes: &mut [u8]) -> bool {
    let Ok(bytes) = PyBytes::new(py, bytes) else {
        return false;
    };
    PyMemoryView::from_object(py, &bytes).is_ok()
}

fn target<'py>(reference: Owned<'py, PyWeakref>) -> Option<Owned<'py, PyAny>> {
    reference.upgrade()
}

fn detached(py: Python<'_>, reference: Owned<'_, PyWeakref>) -> bool {
    let alive = reference.upgrade().is_some();
    py.detach(|| alive)
}

fn main() {}
