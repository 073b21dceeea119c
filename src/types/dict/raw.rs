//! Looking up and setting an item, without the counting and hashing that C's functions do and that is not
//! needed.

use crate::ffi;
#[cfg(not(all(Py_3_13, not(windows))))]
use crate::refcount;

/// `PyDict_GetItemWithError`: a borrowed reference, or NULL with or without an exception set.
///
/// # Safety
/// `dict` is a live dict and `key` a live object; the thread is attached, and the indicator clear.
#[cfg(all(Py_3_12, not(Py_GIL_DISABLED)))]
#[inline(always)]
pub(super) unsafe fn get_item(
    dict: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // C's function tests the same, but first saves registers for the case that it has to hash the key.
    #[cfg(not(windows))]
    // SAFETY: a live object; its type is read.
    if unsafe { ffi::PyUnicode_CheckExact(key) } != 0 {
        // SAFETY: exactly a str, whose hash field changes only while this thread does not hold the GIL.
        let hash = unsafe { (*key.cast::<ffi::PyASCIIObject>()).hash };
        if hash != -1 {
            // SAFETY: the caller's promise; the hash is the key's own.
            return unsafe { ffi::_PyDict_GetItem_KnownHash(dict, key, hash) };
        }
    }
    // SAFETY: the caller's promise.
    unsafe { ffi::PyDict_GetItemWithError(dict, key) }
}

/// `PyDict_SetItem`, but the references to the key and the value are stolen, on failure as well. No count
/// changes on versions where CPython has a function for it.
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
    #[cfg(all(Py_3_13, not(windows)))]
    // SAFETY: the caller's promise.
    unsafe {
        ffi::_PyDict_SetItem_Take2(dict, key, value)
    }
    #[cfg(not(all(Py_3_13, not(windows))))]
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
