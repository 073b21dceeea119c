//! The common methods of `float`.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyFloat, PyTuple};

impl PyFloat {
    /// A new `float`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyFloat_FromDouble")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(py: Python<'py>, value: f64) -> PyResult<'py, Owned<'py, PyFloat>> {
        py.assert_attached();
        // SAFETY: attached; takes the value alone.
        let result = unsafe { ffi::PyFloat_FromDouble(value) };
        // SAFETY: a new reference to a float, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `float(text)`: parses a `str` or an object with a buffer. A new reference; `text` is borrowed. Unlike
    /// Python's `float`, this does not accept numbers.
    ///
    /// # Errors
    /// `ValueError` if the text is no number, `TypeError` for any other object.
    #[doc(alias = "PyFloat_FromString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_text<'py>(
        py: Python<'py>,
        text: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyFloat>> {
        py.assert_attached();
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyFloat_FromString(text.as_ptr()) };
        // SAFETY: a new reference to a float, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `sys.float_info`: a new struct sequence with precision and range. In Rust these are constants of
    /// `f64`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyFloat_GetInfo")]
    #[doc(alias = "PyFloat_GetMax")]
    #[doc(alias = "PyFloat_GetMin")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn info(py: Python<'_>) -> PyResult<'_, Owned<'_, PyTuple>> {
        py.assert_attached();
        // SAFETY: attached.
        let result = unsafe { ffi::PyFloat_GetInfo() };
        // SAFETY: a new reference to a struct sequence, which is a tuple, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of float
impl Borrowed<'_, PyFloat> {
    /// The value. Cannot fail: `__float__` is not called, even for a subclass.
    #[doc(alias = "PyFloat_AS_DOUBLE")]
    #[doc(alias = "PyFloat_AsDouble")]
    #[inline]
    pub fn value(&self) -> f64 {
        // SAFETY: a live float or an instance of a subclass: both begin with the same struct, whose value
        // never changes.
        unsafe { ffi::PyFloat_AS_DOUBLE(self.as_ptr()) }
    }
}
