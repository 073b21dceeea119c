//! `float`.

use super::PyFloat;
use crate::error::PyResult;
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};

impl PyFloat {
    /// A new `float`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyFloat_FromDouble")]
    #[inline]
    pub fn new<'py>(py: Python<'py>, value: f64) -> PyResult<'py, Owned<'py, PyFloat>> {
        py.assert_attached();
        // SAFETY: attached; takes the value alone.
        let result = unsafe { ffi::PyFloat_FromDouble(value) };
        // SAFETY: a new reference to a float, or NULL with an exception set.
        unsafe { Owned::from_owned_ptr_or_raised(py, result) }
    }
}

impl Borrowed<'_, PyFloat> {
    /// The value. Cannot fail, for subclasses neither, whose `__float__` is not asked.
    #[doc(alias = "PyFloat_AS_DOUBLE")]
    #[doc(alias = "PyFloat_AsDouble")]
    #[inline]
    pub fn value(&self) -> f64 {
        // SAFETY: a live float or an instance of a subclass: either begins with the same struct, whose
        // value never changes.
        unsafe { ffi::PyFloat_AS_DOUBLE(self.as_ptr()) }
    }
}
