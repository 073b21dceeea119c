//! `PyByteArray_*`.

use pyptr::error::PyOverflowError;
use pyptr::types::{PyAny, PyByteArray};
use pyptr::{IntoPyObject, Owned, PyResult, Python, Raised};

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
            let (array, len) = (PyByteArray::new(py, b"")?, len.unwrap_or(0));
            array.resize(len).map_err(|raised| too_large(raised, len))?;
            Ok(array)
        }
    }
}

/// What no object can have as its size is an OverflowError for this function of C's since 3.15, and a MemoryError otherwise.
fn too_large(raised: Raised<'_>, len: usize) -> Raised<'_> {
    if cfg!(Py_3_15) && len > isize::MAX as usize - 64 {
        let py = raised.py();
        raised.clear();
        return py.raise::<PyOverflowError>("no bytearray has this size");
    }
    raised
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
