//! `int` from and to integers of 128 bits.

use super::{ByteOrder, out_of_range};
use crate::error::PyResult;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyInt;

impl PyInt {
    /// The `int` of an `i128`. A new reference; equal small values share one object.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_i128<'py>(py: Python<'py>, value: i128) -> PyResult<'py, Owned<'py, PyInt>> {
        match i64::try_from(value) {
            Ok(value) => PyInt::from_i64(py, value),
            Err(_) => PyInt::from_bytes(py, &value.to_ne_bytes(), ByteOrder::NATIVE, true),
        }
    }

    /// The `int` of a `u128`. A new reference; equal small values share one object.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_u128<'py>(py: Python<'py>, value: u128) -> PyResult<'py, Owned<'py, PyInt>> {
        match u64::try_from(value) {
            Ok(value) => PyInt::from_u64(py, value),
            Err(_) => PyInt::from_bytes(py, &value.to_ne_bytes(), ByteOrder::NATIVE, false),
        }
    }
}

/// ## int: 128 bits
impl<'py> Borrowed<'py, PyInt> {
    /// The value as an `i128`.
    ///
    /// # Errors
    /// `OverflowError` if the value does not fit.
    #[doc(alias = "PyLong_AsNativeBytes")]
    #[inline]
    pub fn to_i128(&self) -> PyResult<'py, i128> {
        if let Ok(value) = self.narrow() {
            return Ok(value.into());
        }
        let mut bytes = [0; 16];
        match self.fill(&mut bytes, ByteOrder::NATIVE, true) {
            true => Ok(i128::from_ne_bytes(bytes)),
            false => Err(out_of_range(self.py(), "a signed 128-bit integer")),
        }
    }

    /// The value as a `u128`.
    ///
    /// # Errors
    /// `OverflowError` if the value does not fit or is negative.
    #[doc(alias = "PyLong_AsNativeBytes")]
    #[inline]
    pub fn to_u128(&self) -> PyResult<'py, u128> {
        if let Ok(Ok(value)) = self.narrow().map(u128::try_from) {
            return Ok(value);
        }
        let mut bytes = [0; 16];
        match self.fill(&mut bytes, ByteOrder::NATIVE, false) {
            true => Ok(u128::from_ne_bytes(bytes)),
            false => Err(out_of_range(self.py(), "an unsigned 128-bit integer")),
        }
    }
}
