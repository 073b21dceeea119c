//! Counting on CPython 3.14 with the GIL, on 64 bits, as C's header does it.
//!
//! The count has 32 bits; flags are in the other half of the word. Increments stop at a higher number
//! than decrements, so that immortal objects drift upwards and stay immortal.

use crate::ffi;

/// Where increments stop: `_Py_IMMORTAL_INITIAL_REFCNT`.
const IMMORTAL: u32 = 3 << 30;

/// The count within the object.
///
/// # Safety
/// `object` points to a live object.
#[inline(always)]
unsafe fn count_of(object: *mut ffi::PyObject) -> *mut u32 {
    // SAFETY: the address of a field of a live object.
    unsafe { &raw mut (*object).ob_refcnt.refcnt_and_flags.ob_refcnt }
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
    if count < IMMORTAL {
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
    // A count that is 0 already is a mistake that C turns into an immortal object, and so does this.
    let count = count.wrapping_sub(1);
    // SAFETY: as above.
    unsafe { place.write(count) }
    if count == 0 {
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
