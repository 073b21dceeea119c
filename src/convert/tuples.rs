//! Tuples of one to eight items.

use std::fmt;

use super::sequences::{item_of, not_enough, too_many, tuple_item};
use super::{ConversionError, FromPyObject, IntoPyObject, depth};
use crate::error::PyResult;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyTuple};

/// `object` as a tuple of exactly `len` items.
#[inline]
fn tuple_of<'a, 'py>(
    object: &'a Borrowed<'py, PyAny>,
    len: usize,
) -> Result<&'a Borrowed<'py, PyTuple>, ConversionError<'py>> {
    let tuple = <&Borrowed<'py, PyTuple>>::from_py_object(object)?;
    match tuple.len() {
        actual if actual < len => Err(not_enough(object.py(), len, actual).into()),
        actual if actual > len => Err(too_many(object.py(), len).into()),
        _ => Ok(tuple),
    }
}

/// An item, converted.
#[inline]
fn item<'a, 'py, T: FromPyObject<'a, 'py>>(
    tuple: &'a Borrowed<'py, PyTuple>,
    index: usize,
) -> Result<T, ConversionError<'py>> {
    item_of(tuple_item(tuple, index)?, index)
}

macro_rules! tuples {
    ($($len:literal: $($item:ident $index:tt),+;)*) => { $(
        /// From a `tuple` with this number of items. `ValueError` for another length, as for unpacking. Items
        /// may borrow from the tuple: `(&str, i64)`.
        impl<'a, 'py, $($item: FromPyObject<'a, 'py>),+> FromPyObject<'a, 'py> for ($($item,)+) {
            #[inline]
            fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
                f.write_str("tuple")
            }

            #[inline]
            fn from_py_object(
                object: &'a Borrowed<'py, PyAny>,
            ) -> Result<Self, ConversionError<'py>> {
                let tuple = tuple_of(object, $len)?;
                let _level = depth::enter(object.py())?;
                Ok(($(item::<$item>(tuple, $index)?,)+))
            }
        }

        /// To a `tuple` of the converted items.
        impl<'py, $($item: IntoPyObject<'py>),+> IntoPyObject<'py> for ($($item,)+) {
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
                let items = [$(self.$index.into_py_object(py)?),+];
                PyTuple::from_owned(py, items).map(Owned::into_any)
            }
        }
    )* };
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
