//! `complex`.

use crate::error::{PyResult, Raised, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyComplex};

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

impl<'py> Borrowed<'py, PyAny> {
    /// `complex(self)` as real and imaginary part: of a complex, or by `__complex__`, `__float__` or
    /// `__index__`.
    ///
    /// # Errors
    /// `TypeError` if the object is no number, or what the method raises.
    #[doc(alias = "PyComplex_AsCComplex")]
    #[inline]
    pub fn to_complex(&self) -> PyResult<'py, (f64, f64)> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let value = unsafe { ffi::PyComplex_AsCComplex(self.as_ptr()) };
        match value.real == -1.0 {
            true => Raised::occurred(self.py()).map_or(Ok((value.real, value.imag)), Err),
            false => Ok((value.real, value.imag)),
        }
    }
}
