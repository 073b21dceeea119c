//! Counting on CPython 3.14 and 3.15 with the GIL, on 64 bits, as C's header does it.
//!
//! The count has 32 bits; flags are in the other half of the word. Decrements do nothing from `1 << 31` on,
//! increments from `3 << 30` on: an immortal object's count may grow, but never shrinks.

use std::hint::assert_unchecked;

use crate::ffi;

/// Where increments stop: `_Py_IMMORTAL_INITIAL_REFCNT`.
const IMMORTAL: u32 = 3 << 30;

/// The address of the object's count.
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
/// As for [`super::incref`].
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
/// As for [`super::decref`].
#[inline(always)]
pub(super) unsafe fn decref(object: *mut ffi::PyObject) {
    // SAFETY: a live object.
    let place = unsafe { count_of(object) };
    // SAFETY: only this thread accesses the count while it holds the GIL.
    let count = unsafe { place.read() };
    if (count as i32) < 0 {
        return;
    }
    // If the count is 0 already (a bug), it wraps around to an immortal count, as in C.
    let count = count.wrapping_sub(1);
    // SAFETY: as above.
    unsafe { place.write(count) }
    if count == 0 {
        // SAFETY: the last reference was the caller's.
        unsafe { ffi::dealloc(object) }
    }
}

/// See [`super::hold`].
///
/// # Safety
/// As for [`super::hold`].
#[inline(always)]
pub(super) unsafe fn hold(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object.
    let place = unsafe { count_of(object) };
    // SAFETY: only this thread accesses the count while it holds the GIL.
    let count = unsafe { place.read() };
    // SAFETY: a live object has at least the reference that keeps it alive.
    unsafe { assert_unchecked(count != 0) }
    if count >= 1 << 31 {
        return false;
    }
    // SAFETY: as above.
    unsafe { place.write(count + 1) }
    true
}

/// See [`super::hold_mortal`]. An immortal object stays immortal: its count is one more until [`unhold`], and nobody
/// decrements it.
///
/// # Safety
/// As for [`super::hold`].
#[inline(always)]
pub(super) unsafe fn hold_mortal(object: *mut ffi::PyObject) {
    // SAFETY: a live object.
    let place = unsafe { count_of(object) };
    // SAFETY: only this thread accesses the count while it holds the GIL.
    let count = unsafe { place.read() };
    // SAFETY: a live object has at least the reference that keeps it alive.
    unsafe { assert_unchecked(count != 0) }
    // Increments other than those of running calls stop far below the last number.
    // SAFETY: as above.
    unsafe { place.write(count.wrapping_add(1)) }
}

/// See [`super::unhold`].
///
/// # Safety
/// As for [`super::unhold`].
#[inline(always)]
pub(super) unsafe fn unhold(object: *mut ffi::PyObject) {
    // SAFETY: a live object.
    let place = unsafe { count_of(object) };
    // SAFETY: only this thread accesses the count while it holds the GIL.
    let count = unsafe { place.read() }.wrapping_sub(1);
    // SAFETY: as above. An object that has become immortal since stays so: only the lower half's sign counts.
    unsafe { place.write(count) }
    if count == 0 {
        // SAFETY: the last reference was the caller's.
        unsafe { ffi::dealloc(object) }
    }
}

/// See [`super::is_unique`].
///
/// # Safety
/// As for [`super::is_unique`].
#[inline(always)]
pub(super) unsafe fn is_unique(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object.
    let place = unsafe { count_of(object) };
    // SAFETY: only this thread accesses the count while it holds the GIL.
    unsafe { place.read() == 1 }
}
