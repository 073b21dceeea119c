//! Counting on CPython 3.12 and 3.13 with the GIL, on 64 bits.
//!
//! The lower 32 bits of the count tell whether an object is immortal: an increment does nothing if all of them
//! are set, a decrement does nothing if the sign bit of the lower half is set. C's header writes only those 32
//! bits when it increments and reads all 64 when it decrements. That read has to wait until the write has
//! reached the cache, some twenty cycles. An increment never carries beyond the lower half, so that writing the
//! whole word has the same result without the wait.

use std::hint::assert_unchecked;

use crate::ffi;

/// The address of the object's count.
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
/// As for [`super::incref`].
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
    // SAFETY: as above.
    unsafe { place.write(count - 1) }
    if count == 1 {
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
    if (count as i32) < 0 {
        return false;
    }
    let count = count + 1;
    // So that the optimiser knows that an increment counts, too.
    // SAFETY: the lower half was at most `i32::MAX`.
    unsafe { assert_unchecked(count as u32 != u32::MAX) }
    // SAFETY: as above.
    unsafe { place.write(count) }
    true
}

/// See [`super::hold_mortal`]. An immortal object stays immortal, though its count has a carry until [`unhold`]: the first
/// decrement that is one too many makes the lower half negative again, and those after it do nothing.
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
    // SAFETY: as above.
    unsafe { place.write(count + 1) }
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
