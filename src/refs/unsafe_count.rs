//! Counting by hand on the safe pointers, with C's names: `unsafe` methods.

use std::ptr::NonNull;

use super::{Borrowed, Object, release};
use crate::ledger::{Kind, Site, manual};
use crate::{ffi, refcount};

/// ## Every pointer: counting by hand
impl<T: Object> Borrowed<'_, T> {
    /// Adds one to the reference count, as C's `Py_INCREF`. The new reference has no owner in Rust.
    ///
    /// [`new_ref`](Borrowed::new_ref) does the same and keeps the reference in an [`Owned`](crate::Owned).
    ///
    /// # Safety
    /// The caller makes sure that the reference is released, by [`decref`](Borrowed::decref) or by a function
    /// that steals it; otherwise the object is never freed. (A leak alone is not undefined behaviour; the
    /// method is `unsafe` because all safe pointers rely on the count.)
    #[doc(alias = "Py_INCREF")]
    #[doc(alias = "Py_IncRef")]
    #[doc(alias = "Py_XINCREF")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn incref(&self) {
        // SAFETY: `self` is alive and its thread attached, by the type's contract.
        unsafe { refcount::incref(self.as_ptr()) };
        manual::open(self.address(), Kind::Incref);
    }

    /// Subtracts one from the reference count, as C's `Py_DECREF`, and destroys the object at zero.
    ///
    /// # Safety
    /// The caller owns a reference that no other code releases, such as one from [`incref`](Borrowed::incref).
    /// It is not the reference that keeps `self` alive: an [`Owned`](crate::Owned) still releases its own. The
    /// destructor may run any Python code.
    #[doc(alias = "Py_DECREF")]
    #[doc(alias = "Py_DecRef")]
    #[doc(alias = "Py_XDECREF")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn decref(&self) {
        let how = manual::release_alive(self.address(), Site::here());
        // SAFETY: the caller owns the reference that is released here.
        unsafe { release(self.address(), how) }
    }

    #[inline(always)]
    fn address(&self) -> NonNull<ffi::PyObject> {
        // SAFETY: a reference to a place is the object's address, and not NULL.
        unsafe { NonNull::new_unchecked(self.as_ptr()) }
    }
}
