//! `str()`, `repr()` and `ascii()`.

use crate::error::{PyResult, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyString};

/// ## Any object: as text
impl<'py> Borrowed<'py, PyAny> {
    /// `str(self)`. A new reference.
    ///
    /// # Errors
    /// What `__str__` raises.
    #[doc(alias = "PyObject_Str")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn str(&self) -> PyResult<'py, Owned<'py, PyString>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyObject_Str(self.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `repr(self)`. A new reference.
    ///
    /// # Errors
    /// What `__repr__` raises.
    #[doc(alias = "PyObject_Repr")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn repr(&self) -> PyResult<'py, Owned<'py, PyString>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyObject_Repr(self.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `ascii(self)`. A new reference.
    ///
    /// # Errors
    /// What `__repr__` raises.
    #[doc(alias = "PyObject_ASCII")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn ascii(&self) -> PyResult<'py, Owned<'py, PyString>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyObject_ASCII(self.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
