//! `complex`.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyComplex;

impl PyComplex {
    /// A new `complex`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyComplex_FromDoubles")]
    #[doc(alias = "PyComplex_FromCComplex")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new(py: Python<'_>, real: f64, imag: f64) -> PyResult<'_, Owned<'_, PyComplex>> {
        py.assert_attached();
        // SAFETY: attached; takes the values alone.
        let result = unsafe { ffi::PyComplex_FromDoubles(real, imag) };
        // SAFETY: a new reference to a complex, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of complex
impl Borrowed<'_, PyComplex> {
    /// The real part. Cannot fail.
    #[doc(alias = "PyComplex_RealAsDouble")]
    #[inline]
    pub fn real(&self) -> f64 {
        self.value().0
    }

    /// The imaginary part. Cannot fail.
    #[doc(alias = "PyComplex_ImagAsDouble")]
    #[inline]
    pub fn imag(&self) -> f64 {
        self.value().1
    }

    /// Real and imaginary part. Cannot fail: `__complex__` is not called, even for a subclass.
    #[doc(alias = "PyComplex_AsCComplex")]
    #[inline]
    pub fn value(&self) -> (f64, f64) {
        // SAFETY: a live complex, for which the call copies the value and does not fail.
        let value = unsafe { ffi::PyComplex_AsCComplex(self.as_ptr()) };
        (value.real, value.imag)
    }
}
