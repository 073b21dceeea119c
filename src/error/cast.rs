//! The message of a failed cast, and the `TypeError` into which `?` turns it.

use std::fmt;

use super::{IntoRaised, PyErr, Raised};
use crate::error::type_name;
use crate::markers::PyTypeError;
use crate::refs::{Borrowed, CastError, CastIntoError, Object, PyAny, Python};

impl<'py, U: Object> From<CastError<'_, 'py, U>> for Raised<'py> {
    #[cold]
    fn from(error: CastError<'_, 'py, U>) -> Raised<'py> {
        refused(error.object, U::NAME)
    }
}

impl<'py, U: Object> IntoRaised<'py> for CastError<'_, 'py, U> {
    #[inline]
    fn into_raised(self, _py: Python<'py>) -> Raised<'py> {
        self.into()
    }
}

impl<'py, T: Object, U: Object> IntoRaised<'py> for CastIntoError<'py, T, U> {
    #[inline]
    fn into_raised(self, _py: Python<'py>) -> Raised<'py> {
        self.into()
    }
}

/// Raises what a [`CastError`] displays. Not generic, so that a failed cast is one call in the caller's code.
#[cold]
#[inline(never)]
fn refused<'py>(object: &Borrowed<'py, PyAny>, expected: &str) -> Raised<'py> {
    let actual = type_name(object);
    (object.py()).raise::<PyTypeError>(format_args!("expected {expected}, got {actual}"))
}

impl<U: Object> From<CastError<'_, '_, U>> for PyErr {
    #[cold]
    fn from(error: CastError<'_, '_, U>) -> PyErr {
        Raised::from(error).into()
    }
}

/// `expected str, got int`
impl<U: Object> fmt::Display for CastError<'_, '_, U> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", U::NAME, type_name(self.object))
    }
}

impl<U: Object> fmt::Debug for CastError<'_, '_, U> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<U: Object> std::error::Error for CastError<'_, '_, U> {}

impl<'py, T: Object, U: Object> From<CastIntoError<'py, T, U>> for Raised<'py> {
    #[cold]
    fn from(error: CastIntoError<'py, T, U>) -> Raised<'py> {
        let raised = CastError::<U>::new(error.object.as_any()).into();
        // Dropped only now that the exception is set: a destructor leaves the indicator as it was.
        drop(error);
        raised
    }
}

impl<T: Object, U: Object> From<CastIntoError<'_, T, U>> for PyErr {
    #[cold]
    fn from(error: CastIntoError<'_, T, U>) -> PyErr {
        CastError::<U>::new(error.object.as_any()).into()
    }
}

/// `expected str, got int`
impl<T: Object, U: Object> fmt::Display for CastIntoError<'_, T, U> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&CastError::<U>::new(self.object.as_any()), f)
    }
}

impl<T: Object, U: Object> fmt::Debug for CastIntoError<'_, T, U> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T: Object, U: Object> std::error::Error for CastIntoError<'_, T, U> {}
