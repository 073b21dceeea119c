//! The common methods of `int`.

use std::ffi::c_int;

use super::Integer;
use crate::error::{PyOverflowError, PyResult, Raised, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyInt, PyString};
use std::cmp::Ordering;

impl PyInt {
    /// The `int` of an integer of any type. A new reference; equal small values share one object.
    ///
    /// A literal without a suffix is an `i32`, as everywhere in Rust: `PyInt::new(py, 1_i64 << 40)`.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::PyInt};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// assert_eq!(PyInt::new(py, u64::MAX)?.str()?.to_str()?, "18446744073709551615");
    /// assert_eq!(PyInt::new(py, [0_u8; 3].len())?.to_i64()?, 3);
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyLong_FromSsize_t")]
    #[doc(alias = "PyLong_FromSize_t")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<T: Integer>(py: Python<'_>, value: T) -> PyResult<'_, Owned<'_, PyInt>> {
        py.assert_attached();
        value.into_int(py)
    }

    /// The `int` of an `i64`. A new reference; equal small values share one object.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyLong_FromLongLong")]
    #[doc(alias = "PyLong_FromLong")]
    #[doc(alias = "PyLong_FromInt32")]
    #[doc(alias = "PyLong_FromInt64")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) fn from_i64<'py>(py: Python<'py>, value: i64) -> PyResult<'py, Owned<'py, PyInt>> {
        py.assert_attached();
        // SAFETY: attached; takes the value alone.
        let result = unsafe { ffi::PyLong_FromLongLong(value) };
        // SAFETY: a new reference to an int, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// The `int` of a `u64`. A new reference; equal small values share one object.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyLong_FromUnsignedLongLong")]
    #[doc(alias = "PyLong_FromUnsignedLong")]
    #[doc(alias = "PyLong_FromUInt32")]
    #[doc(alias = "PyLong_FromUInt64")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_u64<'py>(py: Python<'py>, value: u64) -> PyResult<'py, Owned<'py, PyInt>> {
        py.assert_attached();
        // SAFETY: attached; takes the value alone.
        let result = unsafe { ffi::PyLong_FromUnsignedLongLong(value) };
        // SAFETY: a new reference to an int, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// The `int` of a float, truncated towards zero, as `int(value)`. A new reference.
    ///
    /// # Errors
    /// `OverflowError` for an infinity, `ValueError` for a NaN, `MemoryError`.
    #[doc(alias = "PyLong_FromDouble")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_f64<'py>(py: Python<'py>, value: f64) -> PyResult<'py, Owned<'py, PyInt>> {
        py.assert_attached();
        // SAFETY: attached; takes the value alone.
        let result = unsafe { ffi::PyLong_FromDouble(value) };
        // SAFETY: a new reference to an int, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

impl PyInt {
    /// `int(text, base)`: parses an integer of any size, in base 2 to 36. A new reference.
    ///
    /// A sign, surrounding white space and single underscores between digits are allowed. With base 0, a
    /// prefix such as `0x` gives the base. For a base that is no power of two this takes time quadratic in
    /// the number of digits, and CPython limits it to 4300 digits by default.
    ///
    /// # Errors
    /// `ValueError` if `text` is no such integer, has too many digits or contains a NUL, or for another base;
    /// `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyInt};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let number = PyInt::from_str_radix(py, "ffff_ffff_ffff_ffff_f", 16).unwrap();
    /// assert_eq!(number.to_u128().unwrap(), 0xf_ffff_ffff_ffff_ffff);
    /// # });
    /// ```
    #[doc(alias = "PyLong_FromUnicodeObject")]
    #[doc(alias = "PyLong_FromString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_str_radix<'py>(
        py: Python<'py>,
        text: &str,
        base: u32,
    ) -> PyResult<'py, Owned<'py, PyInt>> {
        let text = PyString::new(py, text)?;
        #[cfg(Py_3_13)]
        // SAFETY: a live str, borrowed for the call. A base too large for C becomes 1, which C refuses as
        // well.
        let result = unsafe {
            ffi::PyLong_FromUnicodeObject(text.as_ptr(), c_int::try_from(base).unwrap_or(1))
        };
        #[cfg(not(Py_3_13))]
        let result = {
            // The same function, called through the public API: `int(text, base)`.
            let base = PyInt::new(py, base)?;
            let args = [text.as_ptr(), base.as_ptr()];
            let int = (&raw mut ffi::PyLong_Type).cast();
            // SAFETY: a live type and an array of two live objects, borrowed for the call.
            unsafe { ffi::PyObject_Vectorcall(int, args.as_ptr(), 2, std::ptr::null_mut()) }
        };
        // SAFETY: a new reference to an int (`int` itself was called), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of int
impl<'py> Borrowed<'py, PyInt> {
    /// The value as an `i64`.
    ///
    /// # Errors
    /// `OverflowError` if the value does not fit.
    #[doc(alias = "PyLong_AsLongLong")]
    #[doc(alias = "PyLong_AsLongLongAndOverflow")]
    #[doc(alias = "PyLong_AsLong")]
    #[doc(alias = "PyLong_AsInt64")]
    #[doc(alias = "PyLong_AsInt32")]
    #[doc(alias = "PyLong_AsLongAndOverflow")]
    #[doc(alias = "PyLong_AsSsize_t")]
    #[inline]
    pub fn to_i64(&self) -> PyResult<'py, i64> {
        // Unlike `PyLong_AsLongLong` this is fast for ints of two digits, too.
        match self.narrow() {
            Ok(value) => Ok(value),
            Err(_) => Err(out_of_range(self.py(), "a signed 64-bit integer")),
        }
    }

    /// The value as a `u64`.
    ///
    /// # Errors
    /// `OverflowError` if the value does not fit or is negative.
    #[doc(alias = "PyLong_AsUnsignedLongLong")]
    #[doc(alias = "PyLong_AsUnsignedLong")]
    #[doc(alias = "PyLong_AsUInt64")]
    #[doc(alias = "PyLong_AsUInt32")]
    #[doc(alias = "PyLong_AsSize_t")]
    #[inline]
    pub fn to_u64(&self) -> PyResult<'py, u64> {
        let py = self.py();
        assert_clear(py);
        // SAFETY: a live int.
        let value = unsafe { ffi::PyLong_AsUnsignedLongLong(self.as_ptr()) };
        if value == u64::MAX {
            if let Some(raised) = Raised::occurred(py) {
                drop(raised);
                return Err(out_of_range(py, "an unsigned 64-bit integer"));
            }
        }
        Ok(value)
    }

    /// The value as the nearest `f64`.
    ///
    /// # Errors
    /// `OverflowError` if the value is beyond the largest `f64`.
    #[doc(alias = "PyLong_AsDouble")]
    #[inline]
    pub fn to_f64(&self) -> PyResult<'py, f64> {
        let py = self.py();
        assert_clear(py);
        // SAFETY: a live int.
        let value = unsafe { ffi::PyLong_AsDouble(self.as_ptr()) };
        match value == -1.0 {
            true => Raised::occurred(py).map_or(Ok(value), Err),
            false => Ok(value),
        }
    }

    /// The value as an `i64`, or whether it is below or above all of them.
    #[inline]
    pub(crate) fn narrow(&self) -> Result<i64, Beyond> {
        if let Some(value) = self.compact() {
            return Ok(value);
        }
        let mut overflow: c_int = 0;
        // SAFETY: a live int, for which the call raises nothing: it tells of overflow by the flag, so
        // that its -1 is not ambiguous.
        let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(self.as_ptr(), &mut overflow) };
        match overflow {
            0 => Ok(value),
            1.. => Err(Beyond::Above),
            _ => Err(Beyond::Below),
        }
    }

    /// The lowest 64 bits of the value, in two's complement: `self % 2**64`. Cannot fail.
    #[doc(alias = "PyLong_AsUnsignedLongLongMask")]
    #[doc(alias = "PyLong_AsUnsignedLongMask")]
    #[inline]
    pub fn to_u64_wrapping(&self) -> u64 {
        // SAFETY: a live int, for which the call raises nothing.
        unsafe { ffi::PyLong_AsUnsignedLongLongMask(self.as_ptr()) }
    }

    /// Whether the value is less than zero, zero or greater. Cannot fail.
    #[doc(alias = "PyLong_GetSign")]
    #[doc(alias = "PyLong_IsNegative")]
    #[doc(alias = "PyLong_IsZero")]
    #[doc(alias = "PyLong_IsPositive")]
    #[inline]
    pub fn sign(&self) -> Ordering {
        match self.narrow() {
            Ok(value) => value.cmp(&0),
            Err(Beyond::Below) => Ordering::Less,
            Err(Beyond::Above) => Ordering::Greater,
        }
    }
}

/// Where an int lies that does not fit into an `i64`.
pub(crate) enum Beyond {
    Below,
    Above,
}

/// The error for an int that a Rust type cannot hold.
#[cold]
#[inline]
pub(crate) fn out_of_range<'py>(py: Python<'py>, target: &str) -> Raised<'py> {
    py.raise::<PyOverflowError>(format_args!("int does not fit into {target}"))
}
