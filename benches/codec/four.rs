//! The four contestants with the same signatures.

use std::ffi::c_int;

use pyo3_ffi::PyObject;
use pyptr::types::{PyAny, PyBytes};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python, Raised};
use pyptr_benches::{C, FFI, PYO3, PYPTR};

use crate::{by_ffi, by_pyo3, by_pyptr};

unsafe extern "C" {
    fn c_pack_init() -> c_int;
    fn c_unpack_init() -> c_int;
    fn c_pack(object: *mut PyObject, sorted: c_int) -> *mut PyObject;
    fn c_unpack(bytes: *mut PyObject) -> *mut PyObject;
}

pub struct Contestant {
    pub name: &'static str,
    pub pack: for<'py> fn(&Borrowed<'py, PyAny>, bool) -> PyResult<'py, Owned<'py, PyBytes>>,
    pub unpack: for<'py> fn(&Borrowed<'py, PyBytes>) -> PyResult<'py, Owned<'py, PyAny>>,
}

pub const FOUR: [Contestant; 4] = [
    Contestant {
        name: C,
        pack: |object, sorted| {
            // SAFETY: a live object.
            let bytes = unsafe { c_pack(object.as_ptr(), sorted.into()) };
            // SAFETY: a new reference to a bytes, or NULL with an exception set.
            unsafe { Owned::from_owned_ptr_or_raised(object.py(), bytes) }
        },
        unpack: |bytes| {
            // SAFETY: a live bytes.
            let object = unsafe { c_unpack(bytes.as_ptr()) };
            // SAFETY: a new reference, or NULL with an exception set.
            unsafe { Owned::from_owned_ptr_or_raised(bytes.py(), object) }
        },
    },
    Contestant {
        name: FFI,
        pack: |object, sorted| {
            // SAFETY: a live object.
            let bytes = unsafe { by_ffi::pack(object.as_ptr(), sorted) };
            // SAFETY: a new reference to a bytes, or NULL with an exception set.
            unsafe { Owned::from_owned_ptr_or_raised(object.py(), bytes) }
        },
        unpack: |bytes| {
            // SAFETY: a live bytes.
            let object = unsafe { by_ffi::unpack(bytes.as_ptr()) };
            // SAFETY: a new reference, or NULL with an exception set.
            unsafe { Owned::from_owned_ptr_or_raised(bytes.py(), object) }
        },
    },
    Contestant {
        name: PYO3,
        pack: |object, sorted| {
            // SAFETY: an attached thread, and a live object.
            let bound = unsafe { bound(object) };
            let bytes =
                by_pyo3::pack(&bound, sorted).map_err(|error| raised(object.py(), error))?;
            // SAFETY: a new reference to a bytes.
            unsafe { Owned::from_owned_ptr_or_raised(object.py(), bytes.into_ptr()) }
        },
        unpack: |bytes| {
            // SAFETY: as above.
            let bound = unsafe { bound(bytes) };
            let object = by_pyo3::unpack(bound.cast().expect("bytes"));
            let object = object.map_err(|error| raised(bytes.py(), error))?;
            // SAFETY: a new reference.
            unsafe { Owned::from_owned_ptr_or_raised(bytes.py(), object.into_ptr()) }
        },
    },
    Contestant {
        name: PYPTR,
        pack: by_pyptr::pack,
        unpack: by_pyptr::unpack,
    },
];

/// # Safety
/// For as long as the reference lives.
unsafe fn bound<'py>(object: &Borrowed<'py, PyAny>) -> pyo3::Bound<'py, pyo3::PyAny> {
    // SAFETY: attached, since there is a reference.
    let py = unsafe { pyo3::Python::assume_attached() };
    // SAFETY: a live object.
    unsafe { pyo3::Bound::from_borrowed_ptr(py, object.as_ptr()) }
}

#[cold]
fn raised(py: Python<'_>, error: pyo3::PyErr) -> Raised<'_> {
    // SAFETY: attached.
    error.restore(unsafe { pyo3::Python::assume_attached() });
    Raised::occurred(py).expect("just raised")
}

/// Imports `datetime` and makes the names that C and raw code look for.
pub fn init(py: Python<'_>) -> Result<(), PyErr> {
    // SAFETY: attached.
    unsafe { by_ffi::init() };
    // SAFETY: attached.
    if unsafe { c_pack_init() } < 0 || unsafe { c_unpack_init() } < 0 {
        return Err(Raised::occurred(py).expect("an exception is set").into());
    }
    Ok(())
}
