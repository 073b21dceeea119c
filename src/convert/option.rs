//! `Option` and `()`, which become `None`.

use std::fmt;

use super::{ConversionError, FromPyObject, IntoPyObject, Plain, depth};
use crate::error::PyResult;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyAny;

/// `None` becomes `None`, even if `T` accepts it; any other object is converted to `T`.
impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Option<T> {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        T::expected(f)?;
        f.write_str(" or None")
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        if object.is_none() {
            return Ok(None);
        }
        let _level = depth::enter(object.py())?;
        T::from_py_object(object).map(Some)
    }

    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from_plain(object: &Borrowed<'py, PyAny>, plain: Plain) -> Option<Self> {
        if object.is_none() {
            return Some(None);
        }
        T::from_plain(object, plain).map(Some)
    }
}

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Option<T> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        match self {
            Some(value) => value.into_py_object(py),
            None => ().into_py_object(py),
        }
    }

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_result(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        match self {
            Some(value) => value.into_result(py),
            None => ().into_result(py),
        }
    }
}

/// `None`.
impl<'py> IntoPyObject<'py> for () {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(py.none().new_ref().into_any())
    }

    #[inline(always)]
    fn into_result(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        py.assert_attached();
        Ok(Owned::unrecorded(py.none()).into_any())
    }
}
