//! An extension module whose functions are right until an allocation fails. What `pytest --refs-faults` says
//! about it is in `tests/python/test_faults.py`, which finds each line by its `// fault:` comment.
//!
//! ```text
//! cargo build --release --example faulty --features ledger
//! cp target/release/examples/libfaulty.so faulty.so        # libfaulty.dylib on macOS
//! ```

use pyptr::manual::Ptr;
use pyptr::types::{PyAny, PyBytes, PyCapsule, PyList};
use pyptr::{Borrowed, Owned, PyResult, Python, ffi};

/// The first object is released on the way to success only.
fn leaks(py: Python<'_>) -> PyResult<'_, usize> {
    let first = Ptr::from_owned(PyBytes::new(py, b"the first one")?); // fault: leaks
    let second = PyBytes::new(py, b"the second one")?;
    // SAFETY: the reference from above.
    unsafe { first.decref() };
    Ok(second.len())
}

/// NULL is not checked.
fn crashes(py: Python<'_>) -> PyResult<'_, bool> {
    let list = PyList::empty(py)?; // fault: crashes
    // SAFETY: no size is negative.
    let bytes = unsafe { ffi::PyBytes_FromStringAndSize(std::ptr::null(), 10) };
    // SAFETY: there is none: it may be NULL.
    let bytes: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(py, bytes) };
    list.append_owned(bytes)?;
    Ok(list.len() == 1)
}

/// The failure is ignored, and its exception stays set.
fn ignores(py: Python<'_>) -> bool {
    let result = Ptr::from_result(PyBytes::new(py, b"bytes"));
    if let Some(bytes) = result {
        // SAFETY: the reference from above.
        unsafe { bytes.decref() };
    }
    true
}

/// The failure is taken for impossible.
fn unwraps(py: Python<'_>) -> usize {
    PyBytes::new(py, b"bytes").unwrap().len()
}

/// Waits for what does not come.
fn hangs(py: Python<'_>) -> usize {
    match PyBytes::new(py, b"bytes") {
        Ok(bytes) => bytes.len(),
        Err(_) => loop {
            std::thread::park();
        },
    }
}

/// A list of a list of the object: nothing is wrong with it.
fn right<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyList>> {
    let outer = PyList::empty(object.py())?;
    let inner = PyList::empty(object.py())?;
    inner.append(object)?;
    outer.append_owned(inner.into_any())?;
    Ok(outer)
}

/// list -> capsule -> list: the library has no counting allocator.
fn cycle(py: Python<'_>) -> PyResult<'_, usize> {
    let list = PyList::empty(py)?;
    let held = vec![Box::new(list.new_ref().into_any().into_shared())]; // fault: cycle
    list.append_owned(PyCapsule::new(py, c"faulty.list", held)?.into_any())?;
    Ok(list.len())
}

pyptr::module! {
    /// Right until an allocation fails.
    mod faulty {
        fn leaks(py: Python);
        fn crashes(py: Python);
        fn ignores(py: Python);
        fn unwraps(py: Python);
        fn hangs(py: Python);
        fn right(object, /);
        fn cycle(py: Python);
    }
}
