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

/// See [`super::is_unique`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn is_unique(object: *mut ffi::PyObject) -> bool {
    // Free-threaded builds keep two counts, and this is their sum: it does not tell whose the object is.
    // SAFETY: a live object.
    !cfg!(Py_GIL_DISABLED) && unsafe { ffi::Py_REFCNT(object) } == 1
}
