//! Counting as `pyo3_ffi` does it.

use crate::ffi;

/// See [`super::incref`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn incref(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise is what `Py_INCREF` asks for.
    unsafe { ffi::Py_INCREF(object) }
}

/// See [`super::decref`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn decref(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise is what `Py_DECREF` asks for.
    unsafe { ffi::Py_DECREF(object) }
}
