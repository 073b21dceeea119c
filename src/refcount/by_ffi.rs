//! Counting as `pyo3_ffi` does it. Not through [`ffi`], whose functions tell the ledger.

use crate::ffi;

/// See [`super::incref`].
///
/// # Safety
/// As for [`super::incref`].
#[inline(always)]
pub(super) unsafe fn incref(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise is what `Py_INCREF` asks for.
    unsafe { pyo3_ffi::Py_INCREF(object) }
}

/// See [`super::decref`].
///
/// # Safety
/// As for [`super::decref`].
#[inline(always)]
pub(super) unsafe fn decref(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise is what `Py_DECREF` asks for.
    unsafe { pyo3_ffi::Py_DECREF(object) }
}

/// See [`super::hold`].
///
/// # Safety
/// As for [`super::hold`].
#[inline(always)]
pub(super) unsafe fn hold(object: *mut ffi::PyObject) -> bool {
    #[cfg(not(any(Py_3_12, py_sys_config = "Py_REF_DEBUG")))]
    {
        // SAFETY: a live object.
        let count = unsafe { pyo3_ffi::Py_REFCNT(object) };
        // SAFETY: a live object has at least the reference that keeps it alive.
        unsafe { std::hint::assert_unchecked(count > 0) }
    }
    // SAFETY: the caller's promise.
    unsafe { incref(object) }
    true
}

/// See [`super::unhold`].
///
/// # Safety
/// As for [`super::unhold`].
#[inline(always)]
pub(super) unsafe fn unhold(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe { decref(object) }
}

/// See [`super::is_unique`].
///
/// # Safety
/// As for [`super::is_unique`].
#[inline(always)]
pub(super) unsafe fn is_unique(object: *mut ffi::PyObject) -> bool {
    // On free-threaded builds `Py_REFCNT` is the sum of both counts, and does not tell which thread owns the
    // object.
    // SAFETY: a live object.
    !cfg!(Py_GIL_DISABLED) && unsafe { ffi::Py_REFCNT(object) } == 1
}
