//! Floating-point numbers as the bytes of an IEEE 754 format.
//!
//! The functions for 8 bytes never fail; [`f64::to_le_bytes`] does the same without the interpreter.

use std::ffi::c_int;

use crate::error::{PyResult, Raised, assert_clear, check_status};
use crate::ffi;
use crate::refs::Python;
use crate::types::{ByteOrder, PyFloat};

/// Whether the lowest byte comes first, as C's argument `le`.
#[inline]
fn little(order: ByteOrder) -> c_int {
    c_int::from(order == ByteOrder::Little)
}

/// The result of a C function that returns -1.0 on failure, which may also be a value.
#[inline]
fn unpacked(py: Python<'_>, value: f64) -> PyResult<'_, f64> {
    match value {
        -1.0 => Raised::occurred(py).map_or(Ok(value), Err),
        value => Ok(value),
    }
}

impl PyFloat {
    /// `value` rounded to half precision.
    ///
    /// # Errors
    /// `OverflowError` for a finite number that is too large.
    #[doc(alias = "PyFloat_Pack2")]
    #[inline]
    pub fn pack2(py: Python<'_>, value: f64, order: ByteOrder) -> PyResult<'_, [u8; 2]> {
        py.assert_attached();
        let mut bytes = [0; 2];
        // SAFETY: attached; 2 bytes are written.
        let status = unsafe { ffi::PyFloat_Pack2(value, bytes.as_mut_ptr().cast(), little(order)) };
        check_status(py, status).map(|()| bytes)
    }

    /// `value` rounded to single precision.
    ///
    /// # Errors
    /// `OverflowError` for a finite number that is too large.
    ///
    /// ```
    /// # use pyptr::{Python, types::{ByteOrder, PyFloat}};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let bytes = PyFloat::pack4(py, 1.5, ByteOrder::Big).unwrap();
    /// assert_eq!(bytes, 1.5_f32.to_be_bytes());
    /// assert!(PyFloat::pack4(py, f64::MAX, ByteOrder::Big).is_err());
    /// # });
    /// ```
    #[doc(alias = "PyFloat_Pack4")]
    #[inline]
    pub fn pack4(py: Python<'_>, value: f64, order: ByteOrder) -> PyResult<'_, [u8; 4]> {
        py.assert_attached();
        let mut bytes = [0; 4];
        // SAFETY: attached; 4 bytes are written.
        let status = unsafe { ffi::PyFloat_Pack4(value, bytes.as_mut_ptr().cast(), little(order)) };
        check_status(py, status).map(|()| bytes)
    }

    /// `value` in double precision.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFloat_Pack8")]
    #[inline]
    pub fn pack8(py: Python<'_>, value: f64, order: ByteOrder) -> PyResult<'_, [u8; 8]> {
        py.assert_attached();
        let mut bytes = [0; 8];
        // SAFETY: attached; 8 bytes are written.
        let status = unsafe { ffi::PyFloat_Pack8(value, bytes.as_mut_ptr().cast(), little(order)) };
        check_status(py, status).map(|()| bytes)
    }

    /// The value of a half-precision number.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFloat_Unpack2")]
    #[inline]
    pub fn unpack2(py: Python<'_>, bytes: [u8; 2], order: ByteOrder) -> PyResult<'_, f64> {
        py.assert_attached();
        assert_clear(py);
        // SAFETY: attached; 2 bytes are read.
        let value = unsafe { ffi::PyFloat_Unpack2(bytes.as_ptr().cast(), little(order)) };
        unpacked(py, value)
    }

    /// The value of a single-precision number.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFloat_Unpack4")]
    #[inline]
    pub fn unpack4(py: Python<'_>, bytes: [u8; 4], order: ByteOrder) -> PyResult<'_, f64> {
        py.assert_attached();
        assert_clear(py);
        // SAFETY: attached; 4 bytes are read.
        let value = unsafe { ffi::PyFloat_Unpack4(bytes.as_ptr().cast(), little(order)) };
        unpacked(py, value)
    }

    /// The value of a double-precision number.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFloat_Unpack8")]
    #[inline]
    pub fn unpack8(py: Python<'_>, bytes: [u8; 8], order: ByteOrder) -> PyResult<'_, f64> {
        py.assert_attached();
        assert_clear(py);
        // SAFETY: attached; 8 bytes are read.
        let value = unsafe { ffi::PyFloat_Unpack8(bytes.as_ptr().cast(), little(order)) };
        unpacked(py, value)
    }
}
