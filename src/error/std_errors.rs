//! The exceptions for the error types of std.

use std::error::Error;
use std::fmt;
use std::io;
use std::string::FromUtf8Error;

use super::system::{apart, class_name, system_message};
use super::{IntoRaised, PyErr, PyResult, Raised};
use crate::ffi;
use crate::markers::{
    PyKeyError, PyMemoryError, PyOverflowError, PyRuntimeError, PyTimeoutError,
    PyUnicodeDecodeError, PyValueError,
};
use crate::refs::{Object, Owned, PyAny, Python};

/// Errors that become an exception with their message.
macro_rules! errors {
    ($($class:ident: $($error:ty),+;)*) => {
        $($(
            impl<'py> IntoRaised<'py> for $error {
                #[cold]
                fn into_raised(self, py: Python<'py>) -> Raised<'py> {
                    py.raise::<$class>(self)
                }

                fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "{}: {self}", $class::NAME)
                }
            }
        )+)*

        /// Raises an error if it is of one of the types above.
        fn raise_known<'py>(
            py: Python<'py>,
            error: Box<dyn Error>,
        ) -> Result<Raised<'py>, Box<dyn Error>> {
            $($(
                let error = match error.downcast::<$error>() {
                    Ok(error) => return Ok(error.into_raised(py)),
                    Err(error) => error,
                };
            )+)*
            Err(error)
        }

        /// The summary of an error of one of the types above.
        fn known_summary(
            error: &(dyn Error + 'static),
            f: &mut fmt::Formatter<'_>,
        ) -> Option<fmt::Result> {
            $($(
                if let Some(error) = error.downcast_ref::<$error>() {
                    return Some(error.summary(f));
                }
            )+)*
            None
        }
    };
}

errors! {
    PyValueError:
        std::num::ParseIntError,
        std::num::ParseFloatError,
        std::str::ParseBoolError,
        std::char::ParseCharError,
        std::char::CharTryFromError,
        std::char::TryFromCharError,
        std::char::DecodeUtf16Error,
        std::str::Utf8Error,
        std::string::FromUtf16Error,
        std::ffi::NulError,
        std::ffi::IntoStringError,
        std::ffi::FromBytesWithNulError,
        std::ffi::FromBytesUntilNulError,
        std::ffi::FromVecWithNulError,
        std::array::TryFromSliceError,
        std::net::AddrParseError,
        std::path::StripPrefixError,
        std::env::JoinPathsError,
        std::time::SystemTimeError,
        std::time::TryFromFloatSecsError;
    PyOverflowError: std::num::TryFromIntError;
    PyMemoryError: std::collections::TryReserveError;
    // As for `os.environ[name]`.
    PyKeyError: std::env::VarError;
    PyTimeoutError: std::sync::mpsc::RecvTimeoutError;
    PyRuntimeError:
        fmt::Error,
        std::cell::BorrowError,
        std::cell::BorrowMutError,
        std::thread::AccessError,
        std::sync::mpsc::RecvError,
        std::sync::mpsc::TryRecvError;
}

/// It never happens.
impl<'py> IntoRaised<'py> for std::convert::Infallible {
    #[inline]
    fn into_raised(self, _py: Python<'py>) -> Raised<'py> {
        match self {}
    }
}

/// What the number of the system's error is in the text of an `OSError`.
const NUMBER: &str = if cfg!(windows) { "WinError" } else { "Errno" };

/// The `OSError` of [`Raised::from_io_error`]. An error that was made of a [`PyErr`], as by
/// [`io::Error::other`], raises its exception.
impl<'py> IntoRaised<'py> for io::Error {
    #[cold]
    fn into_raised(self, py: Python<'py>) -> Raised<'py> {
        if !self.get_ref().is_some_and(|inner| inner.is::<PyErr>()) {
            return Raised::from_io_error(py, &self, None);
        }
        let inner = self.into_inner().and_then(|inner| inner.downcast().ok());
        let error: Box<PyErr> = inner.expect("just tested");
        error.raise(py)
    }

    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = self
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<PyErr>())
        {
            return write!(f, "{error}");
        }
        match self.raw_os_error() {
            Some(code) => {
                let (number, message) = (NUMBER, system_message(self));
                write!(f, "{}: [{number} {code}] {message}", class_name(self))
            }
            None => write!(f, "{}: {self}", class_name(self)),
        }
    }
}

/// The `UnicodeDecodeError` of `bytes.decode()`. (A [`Utf8Error`](std::str::Utf8Error) has no bytes: it becomes its base class,
/// `ValueError`.)
impl<'py> IntoRaised<'py> for FromUtf8Error {
    #[cold]
    fn into_raised(self, py: Python<'py>) -> Raised<'py> {
        py.assert_attached();
        apart(py, || match decode(py, self.as_bytes()) {
            Err(raised) => raised,
            // Python takes what Rust takes.
            Ok(_) => py.raise::<PyValueError>(self),
        })
    }

    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", PyUnicodeDecodeError::NAME)
    }
}

fn decode<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<'py, Owned<'py, PyAny>> {
    let (start, len) = (bytes.as_ptr().cast(), bytes.len() as ffi::Py_ssize_t);
    // SAFETY: attached; so many bytes, and no name of an error handler, which means `strict`.
    let text = unsafe { ffi::PyUnicode_DecodeUTF8(start, len, std::ptr::null()) };
    // SAFETY: a new reference, or NULL with an exception set.
    unsafe { Owned::from_new_ptr_or_raised(py, text) }
}

/// The exception for the error in the box, if it is a [`PyErr`] or an error of std; otherwise `RuntimeError` with its message.
impl<'py> IntoRaised<'py> for Box<dyn Error> {
    #[cold]
    fn into_raised(self, py: Python<'py>) -> Raised<'py> {
        let error = match self.downcast::<PyErr>() {
            Ok(error) => return error.raise(py),
            Err(error) => error,
        };
        let error = match error.downcast::<io::Error>() {
            Ok(error) => return error.into_raised(py),
            Err(error) => error,
        };
        let error = match error.downcast::<FromUtf8Error>() {
            Ok(error) => return error.into_raised(py),
            Err(error) => error,
        };
        raise_known(py, error).unwrap_or_else(|error| py.raise::<PyRuntimeError>(error))
    }

    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        summary_of(self.as_ref(), f)
    }
}

fn summary_of(error: &(dyn Error + 'static), f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(error) = error.downcast_ref::<PyErr>() {
        return write!(f, "{error}");
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return error.summary(f);
    }
    if let Some(error) = error.downcast_ref::<FromUtf8Error>() {
        return error.summary(f);
    }
    known_summary(error, f).unwrap_or_else(|| write!(f, "{}: {error}", PyRuntimeError::NAME))
}

/// Boxes that differ in what else they promise.
macro_rules! boxes {
    ($($error:ty),*) => { $(
        /// As for `Box<dyn Error>`.
        impl<'py> IntoRaised<'py> for Box<$error> {
            #[cold]
            fn into_raised(self, py: Python<'py>) -> Raised<'py> {
                let error: Box<dyn Error> = self;
                error.into_raised(py)
            }

            fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                summary_of(self.as_ref(), f)
            }
        }
    )* };
}

boxes! { dyn Error + Send, dyn Error + Send + Sync }
