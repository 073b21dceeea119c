//! Loops over dicts that count nothing, as long as nothing changes.
//!
//! A dict owns its keys and values, and a loop may look at them for as long as it does. Whatever takes one out of it is a
//! change of the dict, of which CPython tells the dict's watchers before it happens. So a loop over many items watches
//! its dict. If a change is announced, references to the item in hand are taken, which live until the loop comes
//! back for the next one; and from then on it counts, as loops over fewer items do from the start.
//!
//! Not before 3.13, where a dict can lose a watcher that it gets while it changes; not on versions whose dicts are not
//! known, see [`entries`](super::entries); and not on Windows, where pyo3-ffi does not import what it takes.

mod watcher;

use std::cell::Cell;
use std::ffi::{c_int, c_uint};
use std::ptr::{self, NonNull};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::entries::Cursor;
use crate::error::SavedIndicator;
use crate::refs::Borrowed;
use crate::types::{PyAny, PyDict};
use crate::{ffi, refcount};

/// From how many items on a dict is watched, which takes as long as it takes to count some dozens.
const MANY: usize = 64;

/// A loop over a dict that is watched.
///
/// It lies in memory of its own, not on the stack of its thread: whoever changes the dict reads it, while the loop waits,
/// and by then the thread may have come to an end, or its stack may have been put elsewhere, as greenlets do.
struct Loop {
    dict: *mut ffi::PyObject,
    /// The key in hand, or NULL.
    key: Cell<*mut ffi::PyObject>,
    /// The value in hand, if there is a key.
    value: Cell<*mut ffi::PyObject>,
    /// Whether the dict has announced a change, and the loop owns a reference to each of the two.
    changed: Cell<bool>,
}

/// All loops over dicts that are watched.
struct Loops(Vec<NonNull<Loop>>);

// SAFETY: what it points to is read and written with the GIL only, or with the dict of the loop locked.
unsafe impl Send for Loops {}

/// Locked for a few instructions, which run no Python code and wait for nothing.
static LOOPS: Mutex<Loops> = Mutex::new(Loops(Vec::new()));

fn loops() -> MutexGuard<'static, Loops> {
    LOOPS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Loops {
    fn over(&self, dict: *mut ffi::PyObject) -> impl Iterator<Item = &Loop> {
        // SAFETY: a loop is freed after it has left the list.
        let running = self.0.iter().map(|each| unsafe { each.as_ref() });
        running.filter(move |each| each.dict == dict)
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
    for each in loops().over(dict) {
        if !each.key.get().is_null() && !each.changed.replace(true) {
            // SAFETY: in hand, and the dict, which has not been changed since, owns it still. The thread that is about to
            // change it has the GIL.
            unsafe { refcount::incref(each.key.get()) };
            // SAFETY: as above.
            unsafe { refcount::incref(each.value.get()) };
        }
    }
    0
}

/// A dict that is watched until this is dropped.
pub(super) struct Watched<'a, 'py> {
    dict: &'a Borrowed<'py, PyDict>,
    watcher: c_int,
    running: NonNull<Loop>,
}

impl<'a, 'py> Watched<'a, 'py> {
    /// Has `dict` watched, for a loop over so many items that it is worth it, from `cursor` on, if it can be.
    ///
    /// The caller has the dict locked.
    #[inline]
    pub(super) fn begin(
        dict: &'a Borrowed<'py, PyDict>,
        size: usize,
        cursor: &Cursor,
    ) -> Option<Watched<'a, 'py>> {
        if size < MANY {
            return None;
        }
        Watched::begin_many(dict, size, cursor)
    }

    #[inline(never)]
    fn begin_many(
        dict: &'a Borrowed<'py, PyDict>,
        size: usize,
        cursor: &Cursor,
    ) -> Option<Watched<'a, 'py>> {
        // SAFETY: a live dict, which is locked.
        if !unsafe { cursor.is_in_place(dict.as_ptr()) } {
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
        let running = Box::into_raw(Box::new(Loop {
            dict: dict.as_ptr(),
            key: Cell::new(ptr::null_mut()),
            value: Cell::new(ptr::null_mut()),
            changed: Cell::new(false),
        }));
        // SAFETY: the address of a box.
        let running = unsafe { NonNull::new_unchecked(running) };
        loops().0.push(running);
        // SAFETY: a live dict, which is locked, and a watcher that is registered.
        let watched = unsafe { ffi::PyDict_Watch(watcher, dict.as_ptr()) };
        // Only what is no dict, or no watcher, is refused.
        assert_eq!(watched, 0);
        Some(Watched {
            dict,
            watcher,
            running,
        })
    }

    /// Calls `f` with each item from `cursor` on, until it fails or has changed the dict, and counts them down. Whether there may
    /// be more.
    #[inline(always)]
    pub(super) fn each<E>(
        self,
        cursor: &mut Cursor,
        remaining: &mut usize,
        f: &mut impl FnMut(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> Result<(), E>,
    ) -> Result<bool, E> {
        // SAFETY: freed when `self` is dropped.
        let running = unsafe { self.running.as_ref() };
        // SAFETY: a live dict, which is locked.
        while let Some((key, value)) = unsafe { cursor.next(self.dict.as_ptr()) } {
            // The dict has as many as it had at the beginning.
            *remaining = remaining.wrapping_sub(1);
            running.key.set(key);
            running.value.set(value);
            // SAFETY: the dict owns the key, and before it ceases to, `before_change` takes a reference that lives until `self` is
            // dropped.
            let key = unsafe { Borrowed::from_ptr(self.dict.py(), key) };
            // SAFETY: as above.
            let value = unsafe { Borrowed::from_ptr(self.dict.py(), value) };
            f(key, value)?;
            if running.changed.get() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Drop for Watched<'_, '_> {
    #[inline(never)]
    fn drop(&mut self) {
        let dict = self.dict.as_ptr();
        let mut loops = loops();
        loops.0.retain(|each| *each != self.running);
        if loops.over(dict).next().is_none() {
            // SAFETY: a live dict, which is locked, and watched, and by no other loop.
            unsafe { ffi::PyDict_Unwatch(self.watcher, dict) };
        }
        if loops.0.is_empty() {
            watcher::is_idle();
        }
        drop(loops);
        // SAFETY: a box from `begin`, which is in the list no longer.
        let running = unsafe { Box::from_raw(self.running.as_ptr()) };
        if running.changed.get() {
            // SAFETY: one of the two references that `before_change` took.
            unsafe { refcount::decref(running.key.get()) };
            // SAFETY: the other one.
            unsafe { refcount::decref(running.value.get()) };
        }
    }
}
