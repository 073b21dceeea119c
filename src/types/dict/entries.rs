//! The items of a dict, read where it keeps them.
//!
//! They lie one after the other in memory, whatever the keys are. `PyDict_Next` takes some fifty instructions for one; read in
//! place it takes less than twenty, which leaves room for the two references that a safe loop takes. No header that C code is meant to use says how they lie, though. So [`layout`]
//! looks, once in a process, whether they do as expected, and `PyDict_Next` is what there is otherwise: on versions
//! that are not known here, and to pass over items that were deleted. The namespaces of instances share their keys, and have an
//! array of values for themselves, which is read in place, too.

mod layout;

use std::ptr;

use layout::Entry;
pub(super) use layout::Item;

use crate::ffi;
use crate::refs::Python;

/// Where a loop over a dict is.
#[derive(Clone, Copy)]
pub(in crate::types) struct Cursor {
    /// The entry that comes next, whether there is one or not. `PyDict_Next` counts in the same way.
    position: ffi::Py_ssize_t,
    /// Whether dicts are as expected.
    known: bool,
}

impl Cursor {
    /// The start of a dict. May run Python code, as making objects may: the first one in a process looks at dicts of
    /// its own.
    #[inline]
    pub(in crate::types) fn new(py: Python<'_>) -> Cursor {
        Cursor {
            position: 0,
            known: layout::is_known(py),
        }
    }

    /// Whether the dict is read in place, and shares its keys with no other.
    ///
    /// # Safety
    /// `dict` is a live dict, and this thread holds the GIL, or has the dict locked.
    #[cfg(Py_3_13)]
    #[inline]
    pub(super) unsafe fn is_in_place(&self, dict: *mut ffi::PyObject) -> bool {
        // SAFETY: the caller's promise, and dicts are as expected.
        self.known && !matches!(unsafe { layout::entry(dict, 0) }, Entry::Shared)
    }

    /// The next item of the dict as it is now. As `PyDict_Next`, this allows any change between two calls, and runs
    /// nothing: neither Python code nor anything that waits.
    ///
    /// # Safety
    /// `dict` is a live dict, and this thread holds the GIL, or has the dict locked.
    #[inline(always)]
    pub(in crate::types) unsafe fn next(&mut self, dict: *mut ffi::PyObject) -> Option<Item> {
        // SAFETY: the caller's promise.
        unsafe { self.next_or(dict, by_c_elsewhere, shared_elsewhere) }
    }

    /// [`next`](Cursor::next) with the call of C inline, for loops of which there is one copy.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub(in crate::types) unsafe fn next_here(&mut self, dict: *mut ffi::PyObject) -> Option<Item> {
        // SAFETY: the caller's promise.
        unsafe { self.next_or(dict, by_c, shared) }
    }

    /// # Safety
    /// As for [`next`](Cursor::next); `by_c` is [`by_c`], and `shared` is [`shared`].
    #[inline(always)]
    unsafe fn next_or(
        &mut self,
        dict: *mut ffi::PyObject,
        by_c: NextAt,
        shared: NextAt,
    ) -> Option<Item> {
        if self.known {
            // SAFETY: the caller's promise, and dicts are as expected.
            match unsafe { layout::entry(dict, self.position) } {
                Entry::Item(item) => {
                    self.position += 1;
                    return Some(item);
                }
                Entry::End => return None,
                // C passes over those that were deleted, too.
                Entry::Deleted => {}
                Entry::Shared => {
                    // SAFETY: the caller's promise, dicts are as expected, and this one shares its keys.
                    let (found, position) = unsafe { shared(dict, self.position) };
                    self.position = position;
                    return found;
                }
            }
        }
        // SAFETY: the caller's promise.
        let (found, position) = unsafe { by_c(dict, self.position) };
        self.position = position;
        found
    }
}

/// The item at a position, or the next one, and the position after it.
type NextAt = unsafe fn(*mut ffi::PyObject, ffi::Py_ssize_t) -> (Option<Item>, ffi::Py_ssize_t);

/// The item at a position of a dict that shares its keys.
///
/// # Safety
/// As for [`Cursor::next`], dicts are as expected, and this one is of that kind.
#[inline(always)]
unsafe fn shared(
    dict: *mut ffi::PyObject,
    position: ffi::Py_ssize_t,
) -> (Option<Item>, ffi::Py_ssize_t) {
    // SAFETY: the caller's promise.
    match unsafe { layout::shared(dict, position) } {
        Some(item) => (Some(item), position + 1),
        None => (None, position),
    }
}

/// [`shared`], called.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe fn shared_elsewhere(
    dict: *mut ffi::PyObject,
    position: ffi::Py_ssize_t,
) -> (Option<Item>, ffi::Py_ssize_t) {
    // SAFETY: the caller's promise.
    unsafe { shared(dict, position) }
}

/// `PyDict_Next`, and the position that it leaves.
///
/// # Safety
/// See [`Cursor::next`].
#[inline(always)]
unsafe fn by_c(
    dict: *mut ffi::PyObject,
    mut position: ffi::Py_ssize_t,
) -> (Option<Item>, ffi::Py_ssize_t) {
    let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the caller's promise; it tests by itself that the position is within the dict as it is now.
    let found = unsafe { ffi::PyDict_Next(dict, &mut position, &mut key, &mut value) };
    ((found != 0).then_some((key, value)), position)
}

/// [`by_c`], called.
///
/// # Safety
/// As there.
#[inline(never)]
unsafe fn by_c_elsewhere(
    dict: *mut ffi::PyObject,
    position: ffi::Py_ssize_t,
) -> (Option<Item>, ffi::Py_ssize_t) {
    // SAFETY: the caller's promise.
    unsafe { by_c(dict, position) }
}
