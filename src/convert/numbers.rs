//! Truth values, integers and floating-point numbers.

use std::ffi::c_int;
use std::fmt;

use super::{ConversionError, FromPyObject, IntoPyObject};
use crate::error::{PyOverflowError, PyResult, Raised, assert_clear};
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyBool, PyFloat, PyInt};

/// Exactly `True` or `False`; no other object is asked for its truth.
impl<'py> FromPyObject<'_, 'py> for bool {
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("bool")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        <&Borrowed<'py, PyBool>>::from_py_object(object).map(Borrowed::is_true)
    }
}

impl<'py> IntoPyObject<'py> for bool {
    #[inline]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(py.bool(self).new_ref().into_any())
    }
}

/// Calls `f` with the `int` that `object` is, or that its `__index__` gives.
#[inline]
fn with_int<'py, R>(
    object: &Borrowed<'py, PyAny>,
    f: impl Fn(&Borrowed<'py, PyInt>) -> PyResult<'py, R>,
) -> Result<R, ConversionError<'py>> {
    match object.cast::<PyInt>() {
        Ok(int) => Ok(f(int)?),
        Err(_) => Ok(f(&*index(object)?)?),
    }
}

/// The `int` that `object`'s `__index__` gives. A new reference.
#[cold]
fn index<'py>(object: &Borrowed<'py, PyAny>) -> Result<Owned<'py, PyInt>, ConversionError<'py>> {
    // SAFETY: a live object; the check reads its type.
    if unsafe { ffi::PyIndex_Check(object.as_ptr()) } == 0 {
        return Err(ConversionError::WrongType);
    }
    // SAFETY: a live object, borrowed for the call.
    let result = unsafe { ffi::PyNumber_Index(object.as_ptr()) };
    // SAFETY: a new reference to an int, which the call checks, or NULL with an exception set.
    let result = unsafe { Owned::from_owned_ptr_or_raised(object.py(), result) };
    Ok(result?)
}

/// The value as far as an `i64` goes: `Err` says on which side it lies beyond.
#[inline]
fn to_i64(int: &Borrowed<'_, PyInt>) -> Result<i64, Beyond> {
    let mut overflow: c_int = 0;
    // SAFETY: a live int, for which the call does not fail; `overflow` receives the side.
    let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(int.as_ptr(), &mut overflow) };
    match overflow {
        0 => Ok(value),
        1 => Err(Beyond::Above),
        _ => Err(Beyond::Below),
    }
}

enum Beyond {
    Above,
    Below,
}

/// The `OverflowError`, as CPython words it for C's integers.
#[cold]
fn too_large<'py>(int: &Borrowed<'py, PyInt>, to: &str) -> Raised<'py> {
    int.py()
        .raise::<PyOverflowError>(format_args!("Python int too large to convert to Rust {to}"))
}

/// The `OverflowError` for a negative value, as CPython words it for C's integers.
#[cold]
fn negative<'py>(int: &Borrowed<'py, PyInt>, to: &str) -> Raised<'py> {
    int.py()
        .raise::<PyOverflowError>(format_args!("can't convert negative int to Rust {to}"))
}

fn to_u64<'py>(int: &Borrowed<'py, PyInt>, to: &str) -> PyResult<'py, u64> {
    match to_i64(int) {
        Ok(value) => u64::try_from(value).map_err(|_| negative(int, to)),
        Err(Beyond::Below) => Err(negative(int, to)),
        Err(Beyond::Above) => {
            assert_clear(int.py());
            // SAFETY: a live int; it fails with `OverflowError`.
            let value = unsafe { ffi::PyLong_AsUnsignedLongLong(int.as_ptr()) };
            if value != u64::MAX {
                return Ok(value);
            }
            match Raised::occurred(int.py()) {
                None => Ok(value),
                Some(raised) => {
                    raised.clear();
                    Err(too_large(int, to))
                }
            }
        }
    }
}

/// Integers: the Rust type, how it is read from an `int`, what C function makes an `int` of it.
macro_rules! integers {
    ($($integer:ty: |$int:ident| $read:expr, $make:ident;)*) => { $(
        /// An `int`, or an object with `__index__`; `OverflowError` out of range.
        impl<'py> FromPyObject<'_, 'py> for $integer {
            fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
                f.write_str("int")
            }

            #[inline]
            fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
                with_int(object, |$int| $read)
            }
        }

        impl<'py> IntoPyObject<'py> for $integer {
            #[inline]
            fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
                py.assert_attached();
                // SAFETY: attached; the call takes any value of the type.
                let result = unsafe { ffi::$make(self.into()) };
                // SAFETY: a new reference or NULL with an exception set.
                unsafe { Owned::from_owned_ptr_or_raised(py, result) }
            }
        }
    )* };
}

integers! {
    i64: |int| to_i64(int).map_err(|_| too_large(int, "i64")), PyLong_FromLongLong;
    u64: |int| to_u64(int, "u64"), PyLong_FromUnsignedLongLong;
}

/// A `float`, or an object with `__float__` or `__index__`, as for [`math.sqrt`]'s argument.
///
/// [`math.sqrt`]: https://docs.python.org/3/library/math.html#math.sqrt
impl<'py> FromPyObject<'_, 'py> for f64 {
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("real number")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        match object.cast::<PyFloat>() {
            // SAFETY: a live float.
            Ok(float) => Ok(unsafe { ffi::PyFloat_AS_DOUBLE(float.as_ptr()) }),
            Err(_) => other_to_f64(object),
        }
    }
}

/// The value of an object that is no `float`, such as an `int`.
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
        Some(raised) => Err(raised.into()),
    }
}

/// Whether the object's type says how to make a float of it: what `PyFloat_AsDouble` asks for first.
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
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        py.assert_attached();
        // SAFETY: attached; the call takes any value.
        let result = unsafe { ffi::PyFloat_FromDouble(self) };
        // SAFETY: a new reference or NULL with an exception set.
        unsafe { Owned::from_owned_ptr_or_raised(py, result) }
    }
}
