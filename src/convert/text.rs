//! Text and bytes.

use std::borrow::Cow;
use std::fmt;

use super::{ConversionError, FromPyObject, IntoPyObject};
use crate::error::{PyResult, PyTypeError};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyBytes, PyString};

/// A `str`, without a copy for ASCII, see [`to_str`](Borrowed::to_str). `UnicodeEncodeError` on lone
/// surrogates.
impl<'a, 'py> FromPyObject<'a, 'py> for &'a str {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str")
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        Ok(<&Borrowed<'py, PyString>>::from_py_object(object)?.to_str()?)
    }
}

/// As for `&str`, copied.
impl<'py> FromPyObject<'_, 'py> for String {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        <&str>::from_py_object(object).map(str::to_owned)
    }
}

/// As for `&str`: always borrowed.
impl<'a, 'py> FromPyObject<'a, 'py> for Cow<'a, str> {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str")
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        <&str>::from_py_object(object).map(Cow::Borrowed)
    }
}

/// A `str` of one code point. Another length is a `TypeError`, as for `ord`.
impl<'py> FromPyObject<'_, 'py> for char {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str of length 1")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let string = <&Borrowed<'py, PyString>>::from_py_object(object)?;
        let mut chars = string.to_str()?.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => Ok(only),
            _ => {
                let length = string.len();
                Err(object
                    .py()
                    .raise::<PyTypeError>(format_args!(
                        "expected str of length 1, got str of length {length}"
                    ))
                    .into())
            }
        }
    }
}

/// Exactly what `bytes` holds, without a copy. No other kind of buffer lends: a `bytearray` can change.
impl<'a, 'py> FromPyObject<'a, 'py> for &'a [u8] {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("bytes")
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        <&Borrowed<'py, PyBytes>>::from_py_object(object).map(Borrowed::as_bytes)
    }
}

/// `bytes`. (A `Vec<u8>` makes a `list`, as every `Vec` does: pass `&vec[..]` for `bytes`.)
impl<'py> IntoPyObject<'py> for &[u8] {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        PyBytes::new(py, self).map(Owned::into_any)
    }
}

impl<'py> IntoPyObject<'py> for &str {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        PyString::new(py, self).map(Owned::into_any)
    }
}

impl<'py> IntoPyObject<'py> for String {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        self.as_str().into_py_object(py)
    }
}

impl<'py> IntoPyObject<'py> for &String {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        self.as_str().into_py_object(py)
    }
}

impl<'py> IntoPyObject<'py> for Cow<'_, str> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        (&*self).into_py_object(py)
    }
}

impl<'py> IntoPyObject<'py> for char {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        (&*self.encode_utf8(&mut [0; 4])).into_py_object(py)
    }
}
