//! Integers of 128 bits and `f32`.

use std::fmt;

use super::integer;
use crate::convert::{ConversionError, FromPyObject, IntoPyObject};
use crate::error::{PyOverflowError, PyResult, Raised};
use crate::python::Python;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyInt};

integers! {
    i128: to_i128, from_i128;
    u128: to_u128, from_u128;
}

/// As for `f64`, rounded to the nearest. `OverflowError` for a finite number beyond the largest.
impl<'py> FromPyObject<'_, 'py> for f32 {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f64::expected(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let value = f64::from_py_object(object)?;
        let nearest = value as f32;
        if nearest.is_infinite() && value.is_finite() {
            return Err(float_too_large(object.py()).into());
        }
        Ok(nearest)
    }
}

#[cold]
fn float_too_large(py: Python<'_>) -> Raised<'_> {
    py.raise::<PyOverflowError>("float does not fit into f32")
}

impl<'py> IntoPyObject<'py> for f32 {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        f64::from(self).into_py_object(py)
    }
}
