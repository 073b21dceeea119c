//! What a builder fills: an object that grows.

use std::ptr;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Object, Owned, Python};

/// The fewest units that a builder asks for, so that it never has one of the shared short objects.
const LEAST: usize = 32;

/// An object with room for a number of units (bytes, or characters), of which the first ones are written.
///
/// When there is no memory, it is left without an object, takes nothing more, and remembers that.
pub(in crate::types) struct Room<'py, T: Object> {
    pub(in crate::types) py: Python<'py>,
    /// The only reference to it. None before anything is pushed, and after a failure.
    object: Option<Owned<'py, T>>,
    /// Where the units are; dangling without an object.
    data: *mut u8,
    /// How many are written; 0 without an object.
    len: usize,
    /// 0 without an object.
    capacity: usize,
    failed: bool,
}

impl<'py, T: Object> Room<'py, T> {
    /// Nothing yet.
    #[inline]
    pub(in crate::types) fn new(py: Python<'py>) -> Room<'py, T> {
        py.assert_attached();
        Room {
            py,
            object: None,
            data: ptr::dangling_mut(),
            len: 0,
            capacity: 0,
            failed: false,
        }
    }

    #[inline(always)]
    pub(in crate::types) fn data(&self) -> *mut u8 {
        self.data
    }

    #[inline(always)]
    pub(in crate::types) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(in crate::types) fn capacity(&self) -> usize {
        self.capacity
    }

    #[inline(always)]
    pub(in crate::types) fn failed(&self) -> bool {
        self.failed
    }

    /// How many units more there is room for.
    #[inline(always)]
    pub(in crate::types) fn left(&self) -> usize {
        self.capacity - self.len
    }

    /// So many units more are written.
    #[inline(always)]
    pub(in crate::types) fn written(&mut self, units: usize) {
        debug_assert!(units <= self.left());
        self.len += units;
    }

    /// Sees to room for so many units more, and more than that: at least twice as much as before, so that
    /// growing takes constant time for each unit.
    ///
    /// `grow` makes an object of the capacity that it is given (for C to refuse, if that is too large) out
    /// of the old one, if there is one, whose written units it keeps; `data` says where they are. Where it
    /// fails, nothing is left, and the answer is no. The exception is cleared: until the builder reports
    /// it any code may run.
    #[cold]
    pub(in crate::types) fn make(
        &mut self,
        units: usize,
        grow: impl FnOnce(Option<Owned<'py, T>>, ffi::Py_ssize_t) -> PyResult<'py, Owned<'py, T>>,
        data: impl FnOnce(&Owned<'py, T>) -> *mut u8,
    ) -> bool {
        let least = self.len.saturating_add(units).max(LEAST);
        self.resize(least.max(self.capacity.saturating_mul(2)), grow, data)
    }

    /// As [`make`](Room::make), for so many units more and no more than that. At least one of them.
    #[cold]
    pub(in crate::types) fn make_exact(
        &mut self,
        units: usize,
        grow: impl FnOnce(Option<Owned<'py, T>>, ffi::Py_ssize_t) -> PyResult<'py, Owned<'py, T>>,
        data: impl FnOnce(&Owned<'py, T>) -> *mut u8,
    ) -> bool {
        // Objects of one unit are shared.
        self.resize(self.len.saturating_add(units).max(2), grow, data)
    }

    fn resize(
        &mut self,
        capacity: usize,
        grow: impl FnOnce(Option<Owned<'py, T>>, ffi::Py_ssize_t) -> PyResult<'py, Owned<'py, T>>,
        data: impl FnOnce(&Owned<'py, T>) -> *mut u8,
    ) -> bool {
        if self.failed {
            return false;
        }
        let capacity = ffi::Py_ssize_t::try_from(capacity).unwrap_or(ffi::Py_ssize_t::MAX);
        match grow(self.object.take(), capacity) {
            Ok(object) => {
                self.data = data(&object);
                self.capacity = capacity as usize;
                self.object = Some(object);
                true
            }
            Err(raised) => {
                drop(raised);
                self.data = ptr::dangling_mut();
                (self.capacity, self.len, self.failed) = (0, 0, true);
                false
            }
        }
    }

    /// The object, with as much of it written as [`len`](Room::len) says.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(in crate::types) fn into_object(self) -> Option<Owned<'py, T>> {
        self.object
    }
}
