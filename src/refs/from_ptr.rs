//! Borrowed references from raw pointers.

use super::{Borrowed, Object};
use crate::ffi;
use crate::ledger::{self, Site};
use crate::refs::{PyResult, Python, Raised};

/// ## Every pointer: from C
impl<'py, T: Object> Borrowed<'py, T> {
    /// The borrowed reference behind a raw pointer. No reference count changes.
    ///
    /// # Safety
    /// `ptr` is not NULL and points to an object of kind `T`. A strong reference keeps the object alive for all
    /// of `'a`: no code that runs meanwhile may release that reference. The caller chooses `'a`: name it, or
    /// tie it to the owner in the signature of the calling function.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_ptr<'a>(_py: Python<'py>, ptr: *mut ffi::PyObject) -> &'a Borrowed<'py, T> {
        debug_assert!(!ptr.is_null());
        ledger::borrowed(ptr, Site::here());
        // SAFETY: `Borrowed` is a zero-sized place with the object's alignment, so that any live object's
        // address is a valid reference to one; the caller promises that it lives for 'a.
        unsafe { &*ptr.cast_const().cast::<Borrowed<'py, T>>() }
    }

    /// [`from_ptr`](Borrowed::from_ptr) where NULL means that there is no object (and no error).
    ///
    /// # Safety
    /// As for [`from_ptr`](Borrowed::from_ptr), where `ptr` is not NULL.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_ptr_or_opt<'a>(
        _py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> Option<&'a Borrowed<'py, T>> {
        ledger::borrowed(ptr, Site::here());
        // SAFETY: as in `from_ptr`; NULL is `None`.
        unsafe { ptr.cast_const().cast::<Borrowed<'py, T>>().as_ref() }
    }

    /// [`from_ptr`](Borrowed::from_ptr) where NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set, if `ptr` is NULL.
    ///
    /// # Safety
    /// As for [`from_ptr`](Borrowed::from_ptr), where `ptr` is not NULL.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_ptr_or_raised<'a>(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<'py, &'a Borrowed<'py, T>> {
        // SAFETY: the caller's promise.
        match unsafe { Borrowed::from_ptr_or_opt(py, ptr) } {
            Some(object) => Ok(object),
            None => Err(Raised::set(py)),
        }
    }
}
