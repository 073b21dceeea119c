//! Counting on CPython 3.12 and 3.13 with the GIL, on 64 bits.
//!
//! The lower 32 bits of the count tell whether an object is immortal: an increment stops when all of
//! them are set, a decrement does nothing when their sign is. C's header writes only those 32 bits when it
//! increments and reads all 64 when it decrements, so that the read waits until the write has reached
//! the cache, some twenty cycles. Since an increment never carries beyond the lower half, writing the
//! whole word comes to the same without that.

use crate::ffi;

/// The count within the object.
///
/// # Safety
/// `object` points to a live object.
#[inline(always)]
unsafe fn count_of(object: *mut ffi::PyObject) -> *mut ffi::Py_ssize_t {
    // SAFETY: the address of a field of a live object.
    unsafe { &raw mut (*object).ob_refcnt.ob_refcnt }
}

/// See [`super::incref`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn incref(object: *mut ffi::PyObject) {
    // SAFETY: a live object.
    let place = unsafe { count_of(object) };
    // SAFETY: only this thread accesses the count while it holds the GIL.
    let count = unsafe { place.read() };
    if count as u32 != u32::MAX {
        // SAFETY: as above.
        unsafe { place.write(count + 1) }
    }
}

/// See [`super::decref`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn decref(object: *mut ffi::PyObject) {
    // SAFETY: a live object.
    let place = unsafe { count_of(object) };
    // SAFETY: only this thread accesses the count while it holds the GIL.
    let count = unsafe { place.read() };
    if (count as i32) < 0 {
        return;
    }
    // SAFETY: as above.
    unsafe { place.write(count - 1) }
    if count == 1 {
        // SAFETY: the last reference was the caller's.
        unsafe { ffi::dealloc(object) }
    }
}

/// See [`super::is_unique`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn is_unique(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object.
    let place = unsafe { count_of(object) };
    // SAFETY: only this thread accesses the count while it holds the GIL.
    unsafe { place.read() == 1 }
}
