//! Integers that are not 0.

use std::fmt;
use std::num::NonZero;

use super::numbers::Integer;
use super::{ConversionError, FromPyObject, IntoPyObject, Refusal};
use crate::error::{PyResult, PyValueError};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyAny;

#[cold]
fn zero(py: Python<'_>) -> ConversionError<'_> {
    Refusal::mismatch::<PyValueError>(py, &"int other than 0", &"0").into()
}

macro_rules! integers {
    ($($integer:ty),*) => { $(
        /// As for the integer; `ValueError` for 0.
        impl<'py> FromPyObject<'_, 'py> for NonZero<$integer> {
            #[inline]
            fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
                <$integer>::expected(f)
            }

            #[inline]
            fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
                let number = <$integer>::in_range(object, |f| match <$integer>::MIN {
                    0 => write!(f, "int from 1 to {}", <$integer>::MAX),
                    least => write!(f, "int from {least} to {} other than 0", <$integer>::MAX),
                })?;
                NonZero::new(number).ok_or_else(|| zero(object.py()))
            }
        }

        impl<'py> IntoPyObject<'py> for NonZero<$integer> {
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
                self.get().into_py_object(py)
            }
        }
    )* };
}

integers! { i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, i128, u128 }
