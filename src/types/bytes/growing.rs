//! What a builder fills: an object that grows.

use std::ptr;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Object, Owned, Python};

/// The smallest capacity of a builder's object, so that it is never one of the shared short objects.
const LEAST: usize = 32;

/// An object with room for a number of units (bytes, or characters), of which the first ones are written.
///
/// After a failed allocation it has no object and no room, and [`failed`](Room::failed) is true.
pub(super) struct Room<'py, T: Object> {
    pub(super) py: Python<'py>,
    /// The only reference to the object. `None` before the first push, and after a failure.
    object: Option<Owned<'py, T>>,
    /// The address of the units; dangling without an object.
    data: *mut u8,
    /// The number of units that are written; 0 without an object.
    len: usize,
    /// 0 without an object.
    capacity: usize,
    failed: bool,
}

impl<'py, T: Object> Room<'py, T> {
    /// Without an object.
    #[inline]
    pub(super) fn new(py: Python<'py>) -> Room<'py, T> {
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
    pub(super) fn data(&self) -> *mut u8 {
        self.data
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    #[inline(always)]
    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    /// The number of units for which there is still room.
    #[inline(always)]
    pub(super) fn left(&self) -> usize {
        self.capacity - self.len
    }

    /// The caller has written `units` more units.
    #[inline(always)]
    pub(super) fn written(&mut self, units: usize) {
        debug_assert!(units <= self.left());
        self.len += units;
    }

    /// Makes room for at least `units` more units. The capacity at least doubles, so that growing takes
    /// constant time for each unit.
    ///
    /// `grow` makes an object of the given capacity (which C refuses if it is too large) from the old one, if
    /// there is one, and keeps its written units; `data` returns their address. If `grow` fails, the object
    /// is released, and the result is `false`. The exception is cleared, because any code may run until the
    /// builder returns the error.
    #[cold]
    pub(super) fn make(
        &mut self,
        units: usize,
        grow: impl FnOnce(Option<Owned<'py, T>>, ffi::Py_ssize_t) -> PyResult<'py, Owned<'py, T>>,
        data: impl FnOnce(&Owned<'py, T>) -> *mut u8,
    ) -> bool {
        let least = self.len.saturating_add(units).max(LEAST);
        self.resize(least.max(self.capacity.saturating_mul(2)), grow, data)
    }

    /// As [`make`](Room::make), for exactly `units` more units, at least one.
    #[cold]
    pub(super) fn make_exact(
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

    /// The object, whose first [`len`](Room::len) units are written.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn into_object(self) -> Option<Owned<'py, T>> {
        self.object
    }
}
