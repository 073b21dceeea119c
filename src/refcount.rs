//! Counting references: the only functions of the crate that write a reference count.

use crate::ffi;

/// Takes one more reference.
///
/// # Safety
/// `object` points to a live object and the calling thread is attached.
#[inline(always)]
pub(crate) unsafe fn incref(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise is what `Py_INCREF` asks for.
    unsafe { ffi::Py_INCREF(object) }
}

/// Releases one reference, which may run the object's destructor and with it any Python code.
///
/// # Safety
/// The caller owns a reference to `object`, which is released here, and the calling thread is attached.
#[inline(always)]
pub(crate) unsafe fn decref(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise is what `Py_DECREF` asks for.
    unsafe { ffi::Py_DECREF(object) }
}

/// The reference count, for diagnosis: under free threading it is only an approximation, and an
/// immortal object's says nothing.
///
/// # Safety
/// `object` points to a live object and the calling thread is attached.
#[inline]
pub(crate) unsafe fn refcount(object: *mut ffi::PyObject) -> isize {
    // SAFETY: the caller's promise is what `Py_REFCNT` asks for.
    unsafe { ffi::Py_REFCNT(object) }
}
