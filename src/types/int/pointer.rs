//! Addresses as ints.

use crate::error::{PyResult, Raised, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyInt;
use std::ffi::c_void;

impl PyInt {
    /// The address as an `int`. A new reference.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyLong_FromVoidPtr")]
    #[allow(clippy::not_unsafe_ptr_arg_deref)] // Nothing is read through it.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_pointer(py: Python<'_>, pointer: *mut c_void) -> PyResult<'_, Owned<'_, PyInt>> {
        py.assert_attached();
        // SAFETY: attached; nothing is read through the pointer.
        let result = unsafe { ffi::PyLong_FromVoidPtr(pointer) };
        // SAFETY: a new reference to an int, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// ## int: addresses
impl<'py> Borrowed<'py, PyInt> {
    /// The int as an address: the inverse of [`from_pointer`](PyInt::from_pointer).
    ///
    /// # Errors
    /// `OverflowError` if the int does not fit into an address.
    #[doc(alias = "PyLong_AsVoidPtr")]
    #[inline]
    pub fn to_pointer(&self) -> PyResult<'py, *mut c_void> {
        assert_clear(self.py());
        // SAFETY: a live int.
        let pointer = unsafe { ffi::PyLong_AsVoidPtr(self.as_ptr()) };
        match pointer.is_null() {
            true => Raised::occurred(self.py()).map_or(Ok(pointer), Err),
            false => Ok(pointer),
        }
    }
}
