//! Loops over dicts that count nothing, as long as nothing changes.
//!
//! A dict owns its keys and values, and a loop may look at them for as long as it does. Whatever takes one out of it is a
//! change of the dict, of which CPython tells the dict's watchers before it happens. So a loop over many items watches
//! its dict. If a change is announced, references to the item in hand are taken, which live until the loop comes
//! back for the next one; and from then on it counts, as loops over fewer items do from the start.
//!
//! Not in 3.12, where a dict loses a watcher that it gets while others are told of a change; and not on versions
//! whose dicts are not known, see [`entries`](super::entries).

mod watcher;

use std::ffi::{c_int, c_uint};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use super::entries::Cursor;
use crate::error::SavedIndicator;
use crate::refs::Borrowed;
use crate::types::PyDict;
use crate::{ffi, refcount};

/// From how many items on a dict is watched, which takes as long as it takes to count some dozens.
const MANY: usize = 64;

/// The loops over watched dicts. Those that find no place count.
///
/// They are not on the stacks of their threads: whoever changes a dict reads them while the loop waits, and by then the thread
/// may have come to an end, or its stack may have been put elsewhere, as greenlets do. And they have no lock, which a
/// thread that forks could leave locked.
static LOOPS: [Loop; 16] = [const { Loop::free() }; 16];

/// A loop over a watched dict, or a place for one. All but `dict` is read and written by those only who have the GIL, or the
/// dict locked.
#[repr(align(64))]
struct Loop {
    /// NULL if the place is free.
    dict: AtomicPtr<ffi::PyObject>,
    /// The key in hand, or NULL.
    key: AtomicPtr<ffi::PyObject>,
    /// The value in hand, if there is a key.
    value: AtomicPtr<ffi::PyObject>,
    /// Whether the dict has announced a change, and the loop owns a reference to each of the two.
    changed: AtomicBool,
}

impl Loop {
    const fn free() -> Loop {
        Loop {
            dict: AtomicPtr::new(ptr::null_mut()),
            key: AtomicPtr::new(ptr::null_mut()),
            value: AtomicPtr::new(ptr::null_mut()),
            changed: AtomicBool::new(false),
        }
    }

    fn is_over(&self, dict: *mut ffi::PyObject) -> bool {
        self.dict.load(Ordering::Acquire) == dict
    }

    /// Makes this a loop over `dict`, if it is free.
    fn take(&self, dict: *mut ffi::PyObject) -> bool {
        let (taken, failed) = (Ordering::AcqRel, Ordering::Relaxed);
        self.dict
            .compare_exchange(ptr::null_mut(), dict, taken, failed)
            .is_ok()
    }
}

/// Takes references to what loops over `dict` have in hand. CPython calls this before each change of a dict that is
/// watched.
unsafe extern "C" fn before_change(
    _event: c_uint,
    dict: *mut ffi::PyObject,
    _key: *mut ffi::PyObject,
    _new_value: *mut ffi::PyObject,
) -> c_int {
    for each in LOOPS.iter().filter(|each| each.is_over(dict)) {
        let key = each.key.load(Ordering::Relaxed);
        if !key.is_null() && !each.changed.swap(true, Ordering::Relaxed) {
            // SAFETY: in hand, and the dict owns it still, since nothing has changed. The thread is attached.
            unsafe { refcount::incref(key) };
            // SAFETY: as above.
            unsafe { refcount::incref(each.value.load(Ordering::Relaxed)) };
        }
    }
    0
}

/// A dict that is watched until this is dropped.
pub(super) struct Watched<'a, 'py> {
    dict: &'a Borrowed<'py, PyDict>,
    watcher: c_int,
    this: &'static Loop,
}

impl<'a, 'py> Watched<'a, 'py> {
    /// Has `dict` watched, for a loop over so many items that it is worth it, from `cursor` on, if it can be.
    ///
    /// # Safety
    /// The dict is locked, as by [`with_critical_section`](crate::sync::with_critical_section), until what this returns is
    /// dropped.
    #[inline]
    pub(super) unsafe fn begin(
        dict: &'a Borrowed<'py, PyDict>,
        size: usize,
        cursor: &Cursor,
    ) -> Option<Watched<'a, 'py>> {
        if size < MANY {
            return None;
        }
        // SAFETY: the caller's promise.
        unsafe { Watched::begin_many(dict, size, cursor) }
    }

    /// # Safety
    /// As for [`begin`](Watched::begin).
    #[inline(never)]
    unsafe fn begin_many(
        dict: &'a Borrowed<'py, PyDict>,
        size: usize,
        cursor: &Cursor,
    ) -> Option<Watched<'a, 'py>> {
        // An interpreter that ends forgets its watchers at some point.
        // SAFETY: a live dict, which is locked, by the caller's promise.
        if ffi::is_finalizing() || !unsafe { cursor.is_in_place(dict.as_ptr()) } {
            return None;
        }
        // Whoever iterates may have an exception set, and being refused sets another.
        let saved = SavedIndicator::save(dict.py());
        let watcher = watcher::get(dict.py())?;
        drop(saved);
        // On free-threaded builds others may have been at the dict by now.
        if dict.len() != size {
            return None;
        }
        let this = LOOPS.iter().find(|each| each.take(dict.as_ptr()))?;
        // SAFETY: a live dict, which is locked, and a watcher that is registered.
        let watched = unsafe { ffi::PyDict_Watch(watcher, dict.as_ptr()) };
        // Only what is no dict, or no watcher, is refused.
        assert_eq!(watched, 0);
        Some(Watched {
            dict,
            watcher,
            this,
        })
    }

    /// Whether the dict has announced a change since the loop began.
    #[inline(always)]
    pub(super) fn has_changed(&self) -> bool {
        self.this.changed.load(Ordering::Relaxed)
    }

    /// Takes a key and value in hand, which live from now on until the next ones are or `self` is dropped. `false` if nobody
    /// would tell that the dict loses them.
    ///
    /// The caller has found them in the dict, which has announced no change.
    #[inline(always)]
    pub(super) fn lend(&self, key: *mut ffi::PyObject, value: *mut ffi::PyObject) -> bool {
        // The dict of interned strs, which the garbage collector shows, does not own its items: a `str` that is freed takes itself
        // out of it, of which watchers are told, too late to keep it. So where both are one object, the loop counts.
        if key == value {
            self.this.key.store(ptr::null_mut(), Ordering::Relaxed);
            return false;
        }
        self.this.key.store(key, Ordering::Relaxed);
        self.this.value.store(value, Ordering::Relaxed);
        true
    }
}

impl Drop for Watched<'_, '_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: begun by `begin`, and nobody uses it any more.
        unsafe { end(self.dict.as_ptr(), self.watcher, self.this) }
    }
}

/// Ends a loop over a watched dict. By value, so that the loop's own variables can be in registers.
///
/// # Safety
/// `this` is a loop over `dict`, which is locked and watched by `watcher`.
#[inline(never)]
unsafe fn end(dict: *mut ffi::PyObject, watcher: c_int, this: &'static Loop) {
    let key = this.key.swap(ptr::null_mut(), Ordering::Relaxed);
    let value = this.value.load(Ordering::Relaxed);
    let changed = this.changed.swap(false, Ordering::Relaxed);
    this.dict.store(ptr::null_mut(), Ordering::Release);
    if !LOOPS.iter().any(|each| each.is_over(dict)) {
        // SAFETY: a live dict, which is locked and watched, and by no other loop.
        unsafe { ffi::PyDict_Unwatch(watcher, dict) };
    }
    if LOOPS.iter().all(|each| each.is_over(ptr::null_mut())) {
        watcher::is_idle();
    }
    if changed {
        // SAFETY: one of the two references that `before_change` took.
        unsafe { refcount::decref(key) };
        // SAFETY: the other one.
        unsafe { refcount::decref(value) };
    }
}
