//! `PyByteArray_*`.

use pyptr::types::{PyAny, PyByteArray};
use pyptr::{IntoPyObject, Owned, PyResult, Python};

use crate::bytes::contiguous;
use crate::{Any, arg, not_expressible, zero};

type Made<'py> = PyResult<'py, Owned<'py, PyByteArray>>;

/// For NULL C leaves the content to the caller; here it is zero.
pub fn from_string_and_size<'py>(
    py: Python<'py>,
    bytes: Option<&[u8]>,
    len: Option<isize>,
) -> Made<'py> {
    let len = len.map(|len| crate::size(py, len)).transpose()?;
    match bytes {
        Some(bytes) => PyByteArray::new(py, &bytes[..len.unwrap_or(bytes.len())]),
        None => {
            let array = PyByteArray::new(py, b"")?;
            array.resize(len.unwrap_or(0))?;
            Ok(array)
        }
    }
}

pub fn from_object<'py>(object: &Any<'py>) -> Made<'py> {
    PyByteArray::from_object(object.py(), object)
}

pub fn size<'py>(array: &Any<'py>) -> PyResult<'py, usize> {
    Ok(arg::<PyByteArray>(array)?.len())
}

/// The method's left side is a bytearray; C's may be any buffer.
pub fn concat<'py>(left: &Any<'py>, right: &Any<'py>) -> Made<'py> {
    match left.cast::<PyByteArray>() {
        Ok(left) => left.concat(right),
        Err(_) => PyByteArray::new(left.py(), contiguous(left)?.as_bytes())?.concat(right),
    }
}

/// What a negative size does depends on the version.
pub fn resize<'py>(array: &Any<'py>, len: isize) -> PyResult<'py, Owned<'py, PyAny>> {
    let (array, py) = (arg::<PyByteArray>(array)?, array.py());
    match usize::try_from(len) {
        Ok(len) => zero(array.resize(len))?.into_py_object(py),
        Err(_) => Ok(not_expressible(py)),
    }
}
