//! What a call lends to an exported function: the counts of its arguments before and after.

use std::ffi::CStr;
use std::panic::Location;
use std::slice;

use super::alive::is_immortal;
use super::thread::{self, Quiet, Spot};
use super::{Kind, call, watch};
use crate::{ffi, refcount};

/// More arguments than these are not looked at.
const MOST: usize = 64;

/// The arguments of a call. Each of them is held, so that its count can be read when the function has returned.
pub(crate) struct Lent(Vec<(*mut ffi::PyObject, isize)>);

/// Called before an exported function begins, with what is lent to it.
///
/// # Safety
/// Attached; `arguments` points to `count` objects that are alive, or is NULL for none.
#[inline]
pub(crate) unsafe fn lend(
    function: &'static CStr,
    arguments: *const *mut ffi::PyObject,
    count: usize,
) -> Lent {
    if count == 0 || !watch::are_arguments_watched() || call::is_own(function) {
        return Lent(Vec::new());
    }
    // SAFETY: the caller's promise.
    unsafe { lend_while_watching(arguments, count) }
}

/// # Safety
/// As for [`lend`], with a `count` that is not 0.
#[cold]
unsafe fn lend_while_watching(arguments: *const *mut ffi::PyObject, count: usize) -> Lent {
    let _quiet = Quiet::begin();
    // SAFETY: the caller's promise.
    let arguments = unsafe { slice::from_raw_parts(arguments, count.min(MOST)) };
    let mut lent: Vec<(*mut ffi::PyObject, isize)> = Vec::with_capacity(arguments.len());
    for &object in arguments {
        let known = lent.iter().any(|(known, _)| *known == object);
        if !known && !object.is_null() && !is_immortal(object) {
            // SAFETY: a live object, since it is lent.
            let before = unsafe { refcount::refcount(object) };
            // SAFETY: as above; released when the function has returned.
            unsafe { refcount::incref(object) };
            lent.push((object, before));
        }
    }
    Lent(lent)
}

impl Drop for Lent {
    #[inline]
    fn drop(&mut self) {
        if self.0.capacity() != 0 {
            returned(&self.0);
            let _quiet = Quiet::begin();
            self.0 = Vec::new();
        }
    }
}

#[cold]
fn returned(lent: &[(*mut ffi::PyObject, isize)]) {
    let ended = thread::with(|local| local.ended.get());
    for &(object, before) in lent {
        // SAFETY: alive, because it is held.
        let changed = unsafe { refcount::refcount(object) } - 1 - before;
        if changed != 0 {
            self::changed(object, changed, ended);
        }
        // SAFETY: attached, as the function was; the reference from before it began.
        unsafe { refcount::decref(object) };
    }
}

/// Called when a call has changed the count of an argument.
fn changed(object: *mut ffi::PyObject, by: isize, (function, near): Spot) {
    let own = Location::caller();
    if by < 0 {
        watch::count_given();
        watch::pin(object, Kind::Argument, near.unwrap_or(own));
    } else if !watch::is_of_all() && !is_number(object) {
        watch::count_given();
        watch::hold(object, Kind::Argument, near.unwrap_or(own), 1);
    }
    watch::with_watched(object, |watched| {
        if watched.kind == Kind::Argument {
            (watched.function, watched.taken) = (function, near.unwrap_or(own));
        }
    });
}

/// Whether the object is an int, which much other code may share.
fn is_number(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object; the check reads its type.
    unsafe { ffi::PyLong_CheckExact(object) != 0 }
}
