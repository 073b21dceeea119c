//! The attributes of `UnicodeDecodeError`, `UnicodeEncodeError` and `UnicodeTranslateError`.

use std::ffi::CStr;

use crate::error::{PyResult, assert_clear};
use crate::ffi;
use crate::markers::{PyInt, PyOverflowError, PyString, PyUnicodeDecodeError, PyUnicodeError};
use crate::refs::{Borrowed, Owned, PyAny, Python};

impl PyUnicodeDecodeError {
    /// Creates `UnicodeDecodeError(encoding, object, start, end, reason)`, which says that `object[start:end]`
    /// is no text. A new reference to an exception that is not raised yet: see [`raise`](Owned::raise).
    ///
    /// # Errors
    /// `MemoryError`, or `UnicodeDecodeError` if `encoding` or `reason` is not UTF-8.
    ///
    /// ```
    /// # use pyptr::{Python, PyResult, error::PyUnicodeDecodeError};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let bytes = b"abc\xff";
    /// let error = PyUnicodeDecodeError::new(py, c"ascii", bytes, 3..4, c"not in range(128)")?;
    /// assert_eq!((error.start()?, error.reason()?.to_str()?), (3, "not in range(128)"));
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyUnicodeDecodeError_Create")]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[inline]
    pub fn new<'py>(
        py: Python<'py>,
        encoding: &CStr,
        object: &[u8],
        range: std::ops::Range<usize>,
        reason: &CStr,
    ) -> PyResult<'py, Owned<'py, PyUnicodeDecodeError>> {
        py.assert_attached();
        assert_clear(py);
        let (encoding, reason) = (encoding.as_ptr(), reason.as_ptr());
        let (data, len) = (object.as_ptr().cast(), object.len() as ffi::Py_ssize_t);
        let index = |index| ffi::Py_ssize_t::try_from(index).unwrap_or(ffi::Py_ssize_t::MAX);
        let (start, end) = (index(range.start), index(range.end));
        // SAFETY: attached; NUL-terminated strings; pointer and length are those of a slice.
        let result =
            unsafe { ffi::PyUnicodeDecodeError_Create(encoding, data, len, start, end, reason) };
        // SAFETY: a new reference to such an exception, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of Unicode errors
///
/// The members are had as attributes: on free-threaded builds the C functions do not lock. A plain
/// `UnicodeError`, which is none of the three, has none of them: `AttributeError`.
impl<'py> Borrowed<'py, PyUnicodeError> {
    /// The name of the encoding. A new reference.
    ///
    /// # Errors
    /// `AttributeError` or `TypeError` for a `UnicodeTranslateError`, which has none; `TypeError` if something
    /// else than a str was assigned.
    #[doc(alias = "PyUnicodeDecodeError_GetEncoding")]
    #[doc(alias = "PyUnicodeEncodeError_GetEncoding")]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[inline]
    pub fn encoding(&self) -> PyResult<'py, Owned<'py, PyString>> {
        Ok(self.getattr(c"encoding")?.cast_into()?)
    }

    /// The bytes or the str that was to be decoded, encoded or translated. A new reference.
    ///
    /// # Errors
    /// `AttributeError` for a plain `UnicodeError`.
    #[doc(alias = "PyUnicodeDecodeError_GetObject")]
    #[doc(alias = "PyUnicodeEncodeError_GetObject")]
    #[doc(alias = "PyUnicodeTranslateError_GetObject")]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[inline]
    pub fn object(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"object")
    }

    /// The index of the first byte or code point that could not be converted; 0 if a negative one was assigned.
    ///
    /// C limits the index to the object's length; this method does not.
    ///
    /// # Errors
    /// `AttributeError` for a plain `UnicodeError`.
    #[doc(alias = "PyUnicodeDecodeError_GetStart")]
    #[doc(alias = "PyUnicodeEncodeError_GetStart")]
    #[doc(alias = "PyUnicodeTranslateError_GetStart")]
    #[inline]
    pub fn start(&self) -> PyResult<'py, usize> {
        self.index_named(c"start")
    }

    /// The index after the last byte or code point that could not be converted; 0 if a negative one was
    /// assigned.
    ///
    /// C limits the index to the object's length; this method does not.
    ///
    /// # Errors
    /// `AttributeError` for a plain `UnicodeError`.
    #[doc(alias = "PyUnicodeDecodeError_GetEnd")]
    #[doc(alias = "PyUnicodeEncodeError_GetEnd")]
    #[doc(alias = "PyUnicodeTranslateError_GetEnd")]
    #[inline]
    pub fn end(&self) -> PyResult<'py, usize> {
        self.index_named(c"end")
    }

    /// The reason of the error, such as `invalid start byte`. A new reference.
    ///
    /// # Errors
    /// `AttributeError` for a plain `UnicodeError`; `TypeError` if something else than a str was assigned.
    #[doc(alias = "PyUnicodeDecodeError_GetReason")]
    #[doc(alias = "PyUnicodeEncodeError_GetReason")]
    #[doc(alias = "PyUnicodeTranslateError_GetReason")]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[inline]
    pub fn reason(&self) -> PyResult<'py, Owned<'py, PyString>> {
        Ok(self.getattr(c"reason")?.cast_into()?)
    }

    /// Sets the index of the first byte or code point that could not be converted.
    ///
    /// # Errors
    /// `OverflowError` if `start` is greater than `isize::MAX`; what the `__setattr__` of a subclass raises.
    #[doc(alias = "PyUnicodeDecodeError_SetStart")]
    #[doc(alias = "PyUnicodeEncodeError_SetStart")]
    #[doc(alias = "PyUnicodeTranslateError_SetStart")]
    #[inline]
    pub fn set_start(&self, start: usize) -> PyResult<'py, ()> {
        self.set_index(c"start", start)
    }

    /// Sets the index after the last byte or code point that could not be converted.
    ///
    /// # Errors
    /// `OverflowError` if `end` is greater than `isize::MAX`; what the `__setattr__` of a subclass raises.
    #[doc(alias = "PyUnicodeDecodeError_SetEnd")]
    #[doc(alias = "PyUnicodeEncodeError_SetEnd")]
    #[doc(alias = "PyUnicodeTranslateError_SetEnd")]
    #[inline]
    pub fn set_end(&self, end: usize) -> PyResult<'py, ()> {
        self.set_index(c"end", end)
    }

    /// Sets the reason, which is borrowed: the exception takes a reference of its own.
    ///
    /// # Errors
    /// What the `__setattr__` of a subclass raises; `MemoryError`.
    #[doc(alias = "PyUnicodeDecodeError_SetReason")]
    #[doc(alias = "PyUnicodeEncodeError_SetReason")]
    #[doc(alias = "PyUnicodeTranslateError_SetReason")]
    #[inline]
    pub fn set_reason(&self, reason: &Borrowed<'_, PyString>) -> PyResult<'py, ()> {
        self.setattr(c"reason", reason)
    }

    /// Refuses an index that C cannot store: before 3.14, C raises for it, but stores -1 all the same.
    #[inline]
    fn set_index(&self, name: &CStr, index: usize) -> PyResult<'py, ()> {
        match isize::try_from(index) {
            Ok(index) => self.setattr(name, &*PyInt::new(self.py(), index as i64)?),
            Err(_) => {
                let message = "Python int too large to convert to C ssize_t";
                Err(self.py().raise::<PyOverflowError>(message))
            }
        }
    }

    #[inline]
    fn index_named(&self, name: &CStr) -> PyResult<'py, usize> {
        let index = self.getattr(name)?.cast::<PyInt>()?.to_i64()?;
        Ok(usize::try_from(index).unwrap_or(0))
    }
}
