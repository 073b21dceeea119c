//! `PyFloat_*`.

use pyptr::error::PyValueError;
use pyptr::types::{ByteOrder, PyBytes, PyFloat, PyTuple};
use pyptr::{Owned, PyResult, Python, Raised};

use crate::Any;

pub fn from_string<'py>(text: &Any<'py>) -> PyResult<'py, Owned<'py, PyFloat>> {
    PyFloat::from_text(text.py(), text)
}

pub fn from_double<'py>(py: Python<'py>, value: f64) -> PyResult<'py, Owned<'py, PyFloat>> {
    PyFloat::new(py, value)
}

/// Of a float the value, of another object what its `__float__` or `__index__` gives.
pub fn as_double<'py>(object: &Any<'py>) -> PyResult<'py, f64> {
    object.extract()
}

pub fn info(py: Python<'_>) -> PyResult<'_, Owned<'_, PyTuple>> {
    PyFloat::info(py)
}

/// `PyFloat_GetMax` is a constant.
pub fn max() -> f64 {
    f64::MAX
}

/// `PyFloat_GetMin` is a constant.
pub fn min() -> f64 {
    f64::MIN_POSITIVE
}

fn order(little_endian: i32) -> ByteOrder {
    match little_endian {
        0 => ByteOrder::Big,
        _ => ByteOrder::Little,
    }
}

fn wrong_size(py: Python<'_>) -> Raised<'_> {
    py.raise::<PyValueError>("big-endian or little-endian, of 2, 4 or 8 bytes")
}

pub fn pack<'py>(
    py: Python<'py>,
    size: usize,
    value: f64,
    little_endian: i32,
) -> PyResult<'py, Owned<'py, PyBytes>> {
    let order = order(little_endian);
    match size {
        2 => PyBytes::new(py, &PyFloat::pack2(py, value, order)?),
        4 => PyBytes::new(py, &PyFloat::pack4(py, value, order)?),
        8 => PyBytes::new(py, &PyFloat::pack8(py, value, order)?),
        _ => Err(wrong_size(py)),
    }
}

pub fn unpack<'py>(py: Python<'py>, bytes: &[u8], little_endian: i32) -> PyResult<'py, f64> {
    let order = order(little_endian);
    if let Ok(bytes) = bytes.try_into() {
        PyFloat::unpack2(py, bytes, order)
    } else if let Ok(bytes) = bytes.try_into() {
        PyFloat::unpack4(py, bytes, order)
    } else if let Ok(bytes) = bytes.try_into() {
        PyFloat::unpack8(py, bytes, order)
    } else {
        Err(wrong_size(py))
    }
}
