//! Text and bytes.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::literal::{Kind, Read};
use super::refusal::without_utf8;
use super::{ConversionError, FromPyObject, IntoPyObject, Refusal};
use crate::error::{PyResult, PyTypeError};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyBytes, PyString};

/// From a `str`. Its UTF-8 is borrowed from the object: see [`to_str`](Borrowed::to_str).
/// `UnicodeEncodeError` if the str has lone surrogates.
impl<'a, 'py> FromPyObject<'a, 'py> for &'a str {
    const LITERAL: Kind = Kind(Read::Text);

    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str")
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        <&Borrowed<'py, PyString>>::from_py_object(object)?
            .to_str()
            .map_err(without_utf8)
    }
}

/// As for `&str`, but copied: `MemoryError` if there is no memory for that.
impl<'py> FromPyObject<'_, 'py> for String {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let string = <&Borrowed<'py, PyString>>::from_py_object(object)?;
        string.to_rust_string().map_err(without_utf8)
    }
}

/// As for `&str`: the result is always `Cow::Borrowed`.
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

macro_rules! owned_text {
    ($($type:ty),*) => { $(
        /// As for `String`.
        impl<'py> FromPyObject<'_, 'py> for $type {
            #[inline]
            fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
                String::expected(f)
            }

            #[inline]
            fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
                String::from_py_object(object).map(Into::into)
            }
        }

        impl<'py> IntoPyObject<'py> for $type {
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
                (&*self).into_py_object(py)
            }
        }
    )* };
}

owned_text! { Box<str>, Arc<str> }

/// From a `str` of one code point. `TypeError` for another length, as for `ord`.
impl<'py> FromPyObject<'_, 'py> for char {
    const LITERAL: Kind = Kind(Read::Char);

    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str of length 1")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let string = <&Borrowed<'py, PyString>>::from_py_object(object)?;
        let mut chars = string.to_str().map_err(without_utf8)?.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => Ok(only),
            _ => {
                let (py, one) = (object.py(), &"str of length 1");
                Err(Refusal::mismatch::<PyTypeError>(
                    py,
                    one,
                    &format_args!("str of length {}", string.len()),
                )
                .into())
            }
        }
    }
}

/// From `bytes` only, without a copy. Other objects with a buffer are not accepted: the content of a
/// `bytearray` can change.
impl<'a, 'py> FromPyObject<'a, 'py> for &'a [u8] {
    const LITERAL: Kind = Kind(Read::Bytes);

    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("bytes")
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        <&Borrowed<'py, PyBytes>>::from_py_object(object).map(Borrowed::as_bytes)
    }
}

/// As for `&[u8]`: the result is always `Cow::Borrowed`.
impl<'a, 'py> FromPyObject<'a, 'py> for Cow<'a, [u8]> {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        <&[u8]>::expected(f)
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        <&[u8]>::from_py_object(object).map(Cow::Borrowed)
    }
}

/// To `bytes`.
impl<'py> IntoPyObject<'py> for Cow<'_, [u8]> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        (&*self).into_py_object(py)
    }
}

/// To `bytes`. (A `Vec<u8>` becomes a `list`, as every `Vec` does: pass `&vec[..]`.)
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
