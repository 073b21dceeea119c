//! Setting an item, without what C's function counts in vain.

use crate::ffi;
#[cfg(not(Py_3_13))]
use crate::refcount;

/// `PyDict_SetItem` that steals the references to the key and the value, on failure as well. Without
/// counting where CPython offers that.
///
/// # Safety
/// `dict` is a live dict, and the caller owns a reference to `key` and one to `value`, both of which are
/// stolen.
#[inline]
pub(super) unsafe fn set_item_taking(
    dict: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
) -> std::ffi::c_int {
    #[cfg(Py_3_13)]
    // SAFETY: the caller's promise.
    unsafe {
        ffi::_PyDict_SetItem_Take2(dict, key, value)
    }
    #[cfg(not(Py_3_13))]
    {
        // SAFETY: live objects by the caller's promise, borrowed for the call.
        let status = unsafe { ffi::PyDict_SetItem(dict, key, value) };
        // SAFETY: the caller owned this reference, which is stolen.
        unsafe { refcount::decref(key) };
        // SAFETY: as above.
        unsafe { refcount::decref(value) };
        status
    }
}
