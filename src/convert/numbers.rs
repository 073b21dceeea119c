//! Integers and floating-point numbers.

use std::cmp::Ordering;
use std::fmt;

use super::literal::{Kind, Read};
use super::{ConversionError, Expected, FromPyObject, IntoPyObject, Plain, Refusal};
use crate::error::{PyOverflowError, PyResult, Raised, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyFloat, PyInt};

/// The `int` that `object.__index__()` returns. A new reference.
#[cold]
#[cfg_attr(feature = "ledger", track_caller)]
fn index<'py>(object: &Borrowed<'py, PyAny>) -> Result<Owned<'py, PyInt>, ConversionError<'py>> {
    // SAFETY: a live object; the check reads its type.
    if unsafe { ffi::PyIndex_Check(object.as_ptr()) } == 0 {
        return Err(ConversionError::WrongType);
    }
    // SAFETY: a live object, borrowed for the call.
    let result = unsafe { ffi::PyNumber_Index(object.as_ptr()) };
    // SAFETY: a new reference to an int, which the call checks, or NULL with an exception set.
    let result = unsafe { Owned::from_new_ptr_or_raised(object.py(), result) };
    Ok(result?)
}

/// The int `object`, or the int from its `__index__`: read by `read` and converted to `T`. `OverflowError` if it does not
/// fit.
#[inline]
fn integer<'py, V, T: TryFrom<V>>(
    object: &Borrowed<'py, PyAny>,
    read: impl Fn(&Borrowed<'py, PyInt>) -> PyResult<'py, V>,
    range: fn(&mut dyn fmt::Write) -> fmt::Result,
) -> Result<T, ConversionError<'py>> {
    let fitting = |int: &Borrowed<'py, PyInt>| {
        let value = read(int).ok().and_then(|value| T::try_from(value).ok());
        value.ok_or_else(|| out_of_range(int, range))
    };
    match object.cast::<PyInt>() {
        Ok(int) => fitting(int),
        Err(_) => fitting(&*index(object)?),
    }
}

/// The error for an int that is not in a type's `range`.
#[cold]
#[inline(never)]
fn out_of_range<'py>(
    int: &Borrowed<'py, PyInt>,
    range: fn(&mut dyn fmt::Write) -> fmt::Result,
) -> ConversionError<'py> {
    let (expected, py) = (Expected(range), int.py());
    let refusal = match int.to_i128() {
        Ok(value) => Refusal::mismatch::<PyOverflowError>(py, &expected, &value),
        // It may have any number of digits.
        Err(_) => {
            let actual = match int.sign() {
                Ordering::Less => "a lesser one",
                _ => "a greater one",
            };
            Refusal::mismatch::<PyOverflowError>(py, &expected, &actual)
        }
    };
    refusal.into()
}

/// An integer type, some values of which may be excluded by who reads it.
pub(super) trait Integer: Sized {
    /// Reads an `int`, or an object with `__index__`. `range` is what an error says of an int that does not fit.
    fn in_range<'py>(
        object: &Borrowed<'py, PyAny>,
        range: fn(&mut dyn fmt::Write) -> fmt::Result,
    ) -> Result<Self, ConversionError<'py>>;
}

/// Integers: the Rust type, the method that reads it (or a wider one) from an `int`, the constructor
/// that takes it (or a wider one).
macro_rules! integers {
    ($($integer:ty: $read:ident, $make:ident;)*) => { $(
        impl Integer for $integer {
            #[inline]
            fn in_range<'py>(
                object: &Borrowed<'py, PyAny>,
                range: fn(&mut dyn fmt::Write) -> fmt::Result,
            ) -> Result<Self, ConversionError<'py>> {
                integer(object, Borrowed::<PyInt>::$read, range)
            }
        }

        /// From an `int`, `True` and `False` included, or an object with `__index__`. `OverflowError` out of
        /// range.
        impl<'py> FromPyObject<'_, 'py> for $integer {
            // Of the signed ones alone, the least is below zero.
            const LITERAL: Kind = match <$integer>::MIN {
                0 => Kind(Read::Unsigned),
                _ => Kind(Read::Signed),
            };

            #[inline]
            fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
                f.write_str("int")
            }

            #[inline]
            fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
                <$integer>::in_range(object, |f| {
                    write!(f, "int from {} to {}", <$integer>::MIN, <$integer>::MAX)
                })
            }

            #[inline(always)]
            fn from_plain(object: &Borrowed<'py, PyAny>, _plain: Plain) -> Option<Self> {
                let narrow = object.cast::<PyInt>().ok()?.narrow().ok()?;
                <$integer>::try_from(narrow).ok()
            }
        }

        impl<'py> IntoPyObject<'py> for $integer {
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
                // Lossless: `$make` takes the type itself or a wider one.
                PyInt::$make(py, self as _).map(Owned::into_any)
            }
        }
    )* };
}

integers! {
    i8: to_i64, from_i64;
    i16: to_i64, from_i64;
    i32: to_i64, from_i64;
    i64: to_i64, from_i64;
    isize: to_i64, from_i64;
    u8: to_i64, from_i64;
    u16: to_i64, from_i64;
    u32: to_i64, from_i64;
    u64: to_u64, from_u64;
    usize: to_u64, from_u64;
    i128: to_i128, from_i128;
    u128: to_u128, from_u128;
}

/// From a `float`, or an object with `__float__` or `__index__`, as for the argument of [`math.sqrt`].
///
/// [`math.sqrt`]: https://docs.python.org/3/library/math.html#math.sqrt
impl<'py> FromPyObject<'_, 'py> for f64 {
    const LITERAL: Kind = Kind(Read::Double);

    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("real number")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        match object.cast_exact::<PyFloat>() {
            Ok(float) => Ok(float.value()),
            Err(_) => other_to_f64(object),
        }
    }

    #[inline(always)]
    fn from_plain(object: &Borrowed<'py, PyAny>, _plain: Plain) -> Option<Self> {
        object
            .cast_exact::<PyFloat>()
            .ok()
            .map(|float| float.value())
    }
}

/// The value of an object that is not exactly a `float`, such as an `int`.
#[inline]
fn other_to_f64<'py>(object: &Borrowed<'py, PyAny>) -> Result<f64, ConversionError<'py>> {
    if !has_float(object) {
        return Err(ConversionError::WrongType);
    }
    assert_clear(object.py());
    // SAFETY: a live object, borrowed for the call.
    let value = unsafe { ffi::PyFloat_AsDouble(object.as_ptr()) };
    if value != -1.0 {
        return Ok(value);
    }
    match Raised::occurred(object.py()) {
        None => Ok(value),
        // C's own message, since no other code has run.
        Some(raised) if object.cast::<PyInt>().is_ok() && raised.is::<PyOverflowError>() => {
            raised.clear();
            let message = "int too large to convert to float";
            Err(Refusal::new::<PyOverflowError>(object.py(), message).into())
        }
        Some(raised) => Err(raised.into()),
    }
}

/// Whether the object's type has `__float__`, which `PyFloat_AsDouble` calls first.
#[inline]
fn has_float(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a live object, whose type it keeps alive.
    let kind = unsafe { ffi::Py_TYPE(object.as_ptr()) };
    // SAFETY: a live type; NULL where it has no number methods.
    let numbers = unsafe { (*kind).tp_as_number };
    if numbers.is_null() {
        return false;
    }
    // SAFETY: the type's table, which lives as long as the type.
    let numbers = unsafe { &*numbers };
    numbers.nb_float.is_some() || numbers.nb_index.is_some()
}

impl<'py> IntoPyObject<'py> for f64 {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        PyFloat::new(py, self).map(Owned::into_any)
    }
}

/// As for `f64`, rounded to the nearest `f32`. `OverflowError` for a finite number that is too large.
impl<'py> FromPyObject<'_, 'py> for f32 {
    const LITERAL: Kind = Kind(Read::Single);

    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f64::expected(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let value = f64::from_py_object(object)?;
        let nearest = value as f32;
        if nearest.is_infinite() && value.is_finite() {
            return Err(float_too_large(object.py(), value));
        }
        Ok(nearest)
    }
}

#[cold]
fn float_too_large(py: Python<'_>, value: f64) -> ConversionError<'_> {
    Refusal::mismatch::<PyOverflowError>(
        py,
        &format_args!("real number from {:e} to {:e}", f32::MIN, f32::MAX),
        &format_args!("{value:e}"),
    )
    .into()
}

impl<'py> IntoPyObject<'py> for f32 {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        f64::from(self).into_py_object(py)
    }
}
