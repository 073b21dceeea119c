//! `PyBytes_*`.

use std::ffi::CString;

use pyptr::error::{PyTypeError, PyValueError};
use pyptr::types::{PyAny, PyBytes, PyString};
use pyptr::{Owned, PyResult, Python};

use crate::{Any, arg, not_expressible};

type Made<'py> = PyResult<'py, Owned<'py, PyBytes>>;

/// For NULL C leaves the content to the caller: it is written in place.
pub fn from_string_and_size<'py>(
    py: Python<'py>,
    bytes: Option<&[u8]>,
    len: Option<isize>,
) -> Made<'py> {
    let len = len.map(|len| crate::size(py, len)).transpose()?;
    match bytes {
        Some(bytes) => PyBytes::new(py, &bytes[..len.unwrap_or(bytes.len())]),
        None => PyBytes::new_with(py, len.unwrap_or(0), |_zeros| Ok(())),
    }
}

/// What C takes is a C string, which ends at its first NUL.
pub fn from_string<'py>(py: Python<'py>, bytes: &[u8]) -> Made<'py> {
    let text = bytes.split(|byte| *byte == 0).next();
    PyBytes::new(py, text.unwrap_or_default())
}

pub fn from_object<'py>(object: &Any<'py>) -> Made<'py> {
    PyBytes::from_object(object.py(), object)
}

pub fn size<'py>(bytes: &Any<'py>) -> PyResult<'py, usize> {
    Ok(bytes.cast::<PyBytes>()?.len())
}

/// The tests look at the NUL that ends the content, too.
pub fn as_string<'py>(bytes: &Any<'py>, len: usize) -> Made<'py> {
    let content = bytes.cast::<PyBytes>()?.as_bytes_with_nul();
    PyBytes::new(bytes.py(), &content[..len])
}

pub fn as_string_and_size<'py>(
    bytes: &Any<'py>,
    len: usize,
) -> PyResult<'py, (Owned<'py, PyBytes>, usize)> {
    Ok((as_string(bytes, len)?, bytes.cast::<PyBytes>()?.len()))
}

/// Without the length the content must be a C string.
pub fn as_string_and_no_size<'py>(bytes: &Any<'py>, len: usize) -> Made<'py> {
    let text = bytes.cast::<PyBytes>()?.to_c_str()?;
    PyBytes::new(bytes.py(), &text.to_bytes_with_nul()[..len])
}

pub fn repr<'py>(bytes: &Any<'py>, smart_quotes: i32) -> PyResult<'py, Owned<'py, PyString>> {
    arg::<PyBytes>(bytes)?.literal(smart_quotes != 0)
}

/// What C's concatenation takes: bytes, or a copy of a buffer in one piece.
pub fn contiguous<'py>(object: &Any<'py>) -> Made<'py> {
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Ok(bytes.to_owned());
    }
    match object.buffer() {
        Ok(buffer) if buffer.is_contiguous() => PyBytes::new(object.py(), &buffer.to_vec()?),
        _ => Err(object.py().raise::<PyTypeError>("no bytes in one piece")),
    }
}

/// With `unique` nobody else has the left side, so that it grows in place.
fn left_side<'py>(left: &Any<'py>, unique: bool) -> Made<'py> {
    match unique {
        true => PyBytes::new(left.py(), contiguous(left)?.as_bytes()),
        false => contiguous(left),
    }
}

pub fn concat<'py>(left: &Any<'py>, right: &Any<'py>, unique: bool) -> Made<'py> {
    let right = contiguous(right)?;
    left_side(left, unique)?.append(&right)
}

/// The right side is given away as well, and released in the end.
pub fn concat_and_del<'py>(left: &Any<'py>, right: Owned<'py, PyAny>, unique: bool) -> Made<'py> {
    concat(left, &right, unique)
}

/// A slice knows its length: the tests' function can read beyond.
pub fn decode_escape<'py>(
    py: Python<'py>,
    text: Option<&[u8]>,
    errors: Option<&str>,
    len: Option<usize>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let text = text.unwrap_or_default();
    let Some(text) = text.get(..len.unwrap_or(text.len())) else {
        return Ok(not_expressible(py));
    };
    let errors = errors.map(CString::new).transpose();
    let errors = errors.map_err(|_| py.raise::<PyValueError>("embedded null character"))?;
    PyBytes::decode_escape(py, text, errors.as_deref()).map(Owned::into_any)
}

/// What others may have seen does not change: the other length is another object's. `BytesBuilder` resizes in
/// place.
fn resized<'py>(bytes: &Any<'py>, len: isize) -> Made<'py> {
    let content = arg::<PyBytes>(bytes)?.as_bytes();
    PyBytes::new_with(bytes.py(), crate::size(bytes.py(), len)?, |buffer| {
        let kept = content.len().min(buffer.len());
        buffer[..kept].copy_from_slice(&content[..kept]);
        Ok(())
    })
}

#[cfg(not(Py_3_15))]
pub fn resize<'py>(bytes: &Any<'py>, len: isize, _unique: bool, _hash: bool) -> Made<'py> {
    resized(bytes, len)
}

/// Since 3.15 the tests also ask for the count, and whether it is another object.
#[cfg(Py_3_15)]
pub fn resize<'py>(
    bytes: &Any<'py>,
    len: isize,
    _unique: bool,
    _hash: bool,
) -> PyResult<'py, (Owned<'py, PyAny>, isize, bool)> {
    let same = arg::<PyBytes>(bytes)?.as_bytes().len() as isize == len;
    let result = match same {
        true => bytes.to_owned(),
        false => resized(bytes, len)?.into_any(),
    };
    let count = result.refcount();
    Ok((result, count, !same))
}

/// No method of its own: that of Python.
pub fn join<'py>(separator: &Any<'py>, items: &Any<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    separator.cast::<PyBytes>()?.call_method1(c"join", items)
}
