//! `str`: counting, single code points, names, file names.

use std::ffi::{CStr, c_int, c_void};
use std::fmt::{self, Write};
use std::ptr;

use super::{PyAny, PyBytes, PyString, StringBuilder, size};
use crate::error::{PyIndexError, PyResult, Raised, assert_clear, check_count, check_truth};
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Object, Owned};

impl PyString {
    /// The `str` of `format_args!(..)`, written straight into the object. A new reference.
    ///
    /// # Errors
    /// `MemoryError`; `SystemError` if a `Display` on the way fails without an exception.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyString};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let text = PyString::format(py, format_args!("{} of {}", 3, 4)).unwrap();
    /// assert!(text.eq_str("3 of 4"));
    /// # });
    /// ```
    #[doc(alias = "PyUnicode_FromFormat")]
    #[doc(alias = "PyUnicode_FromFormatV")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn format<'py>(
        py: Python<'py>,
        text: fmt::Arguments<'_>,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        let mut builder = StringBuilder::new(py);
        let written = builder.write_fmt(text);
        let text = builder.finish()?;
        match written {
            Ok(()) => Ok(text),
            Err(_) => Err(py.raise::<crate::error::PySystemError>("a value cannot be shown")),
        }
    }

    /// The `str` of a file name in the bytes of the operating system, as `os.fsdecode(name)`. A new
    /// reference.
    ///
    /// # Errors
    /// `UnicodeDecodeError` on Windows, `MemoryError`.
    #[doc(alias = "PyUnicode_DecodeFSDefaultAndSize")]
    #[doc(alias = "PyUnicode_DecodeFSDefault")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn decode_fs<'py>(py: Python<'py>, name: &[u8]) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        assert_clear(py);
        let len = size::to_allocate(py, name.len())?;
        // SAFETY: pointer and length are those of a slice.
        let result = unsafe { ffi::PyUnicode_DecodeFSDefaultAndSize(name.as_ptr().cast(), len) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

impl<'py> Borrowed<'py, PyString> {
    /// `self.count(part)`: how often `part` stands in the text without overlapping. It is borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Count")]
    #[inline]
    pub fn count_str(&self, part: &Borrowed<'_, PyString>) -> PyResult<'py, usize> {
        let (text, part, max) = (self.as_ptr(), part.as_ptr(), ffi::Py_ssize_t::MAX);
        // SAFETY: live strs, borrowed for the call.
        let count = unsafe { ffi::PyUnicode_Count(text, part, 0, max) };
        check_count(self.py(), count)
    }

    /// `part in self`. It is borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Contains")]
    #[inline]
    pub fn contains_str(&self, part: &Borrowed<'_, PyString>) -> PyResult<'py, bool> {
        // SAFETY: live strs, borrowed for the call.
        let found = unsafe { ffi::PyUnicode_Contains(self.as_ptr(), part.as_ptr()) };
        check_truth(self.py(), found)
    }

    /// The index of the first code point that is `char`; `None` if there is none.
    ///
    /// # Errors
    /// None that CPython has a reason for.
    #[doc(alias = "PyUnicode_FindChar")]
    #[inline]
    pub fn find_char(&self, char: char) -> PyResult<'py, Option<usize>> {
        let max = ffi::Py_ssize_t::MAX;
        // SAFETY: a live str.
        match unsafe { ffi::PyUnicode_FindChar(self.as_ptr(), char.into(), 0, max, 1) } {
            -2 => Err(Raised::set(self.py())),
            index => Ok(usize::try_from(index).ok()),
        }
    }

    /// The code point at `index`, a number: it may be a lone surrogate. O(1).
    ///
    /// # Errors
    /// `IndexError` beyond the end.
    #[doc(alias = "PyUnicode_ReadChar")]
    #[doc(alias = "PyUnicode_READ_CHAR")]
    #[inline]
    pub fn code_point(&self, index: usize) -> PyResult<'py, u32> {
        if index >= self.len() {
            return Err(self.py().raise::<PyIndexError>("string index out of range"));
        }
        // SAFETY: a live str, of which the index is within: the call cannot fail.
        Ok(unsafe { ffi::PyUnicode_ReadChar(self.as_ptr(), index as ffi::Py_ssize_t) })
    }

    /// `self.isidentifier()`.
    #[doc(alias = "PyUnicode_IsIdentifier")]
    #[inline]
    pub fn is_identifier(&self) -> bool {
        // SAFETY: a live str, for which the call does not fail.
        unsafe { ffi::PyUnicode_IsIdentifier(self.as_ptr()) == 1 }
    }

    /// `self.translate(table)`: each code point replaced by what the table has for it, a mapping from
    /// numbers to strs, numbers or `None`. A new reference; the table is borrowed.
    ///
    /// # Errors
    /// What `table[..]` raises, other than a `LookupError`; `TypeError` or `ValueError` for what it gives.
    #[doc(alias = "PyUnicode_Translate")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn translate(&self, table: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
        assert_clear(self.py());
        let errors = c"ignore".as_ptr();
        // SAFETY: live objects, borrowed for the call; a NUL-terminated string.
        let result = unsafe { ffi::PyUnicode_Translate(self.as_ptr(), table.as_ptr(), errors) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The file name in the bytes of the operating system, as `os.fsencode(self)`. A new reference.
    ///
    /// # Errors
    /// `UnicodeEncodeError`, `MemoryError`.
    #[doc(alias = "PyUnicode_EncodeFSDefault")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn encode_fs(&self) -> PyResult<'py, Owned<'py, PyBytes>> {
        assert_clear(self.py());
        // SAFETY: a live str, borrowed for the call.
        let result = unsafe { ffi::PyUnicode_EncodeFSDefault(self.as_ptr()) };
        // SAFETY: a new reference to bytes, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}

/// What one of C's converters for `PyArg_Parse` makes of an object.
///
/// # Safety
/// The converter puts a new reference to a `T` where it is told, or leaves that alone and sets an exception.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
unsafe fn converted<'py, T: Object>(
    object: &Borrowed<'py, PyAny>,
    converter: unsafe extern "C" fn(*mut ffi::PyObject, *mut c_void) -> c_int,
) -> PyResult<'py, Owned<'py, T>> {
    assert_clear(object.py());
    let mut made: *mut ffi::PyObject = ptr::null_mut();
    let place: *mut c_void = (&raw mut made).cast();
    // SAFETY: a live object, borrowed for the call; the place may be written.
    unsafe { converter(object.as_ptr(), place) };
    // SAFETY: a new reference to a `T`, or NULL with an exception set, by the caller's promise.
    unsafe { Owned::from_new_ptr_or_raised(object.py(), made) }
}

impl<'py> Borrowed<'py, PyAny> {
    /// A path as bytes: str, bytes, or what has `__fspath__`. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object is no path, `ValueError` if there is a NUL in it, what `__fspath__` raises.
    #[doc(alias = "PyUnicode_FSConverter")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn fspath_bytes(&self) -> PyResult<'py, Owned<'py, PyBytes>> {
        // SAFETY: such a converter, which makes bytes.
        unsafe { converted(self, ffi::PyUnicode_FSConverter) }
    }

    /// A path as str: str, bytes, or what has `__fspath__`. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object is no path, `ValueError` if there is a NUL in it, what `__fspath__` raises.
    #[doc(alias = "PyUnicode_FSDecoder")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn fspath_str(&self) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: such a converter, which makes a str.
        unsafe { converted(self, ffi::PyUnicode_FSDecoder) }
    }

    /// `codecs.encode(self, encoding, errors)`, for codecs between any objects, such as `hex`. A new
    /// reference.
    ///
    /// # Errors
    /// `LookupError` for an unknown encoding, or what the codec raises.
    #[doc(alias = "PyCodec_Encode")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn encode_by(
        &self,
        encoding: &CStr,
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: a live object, borrowed for the call; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyCodec_Encode(self.as_ptr(), encoding.as_ptr(), errors) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `codecs.decode(self, encoding, errors)`, for codecs between any objects, such as `hex`. A new
    /// reference.
    ///
    /// # Errors
    /// `LookupError` for an unknown encoding, or what the codec raises.
    #[doc(alias = "PyCodec_Decode")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn decode_by(
        &self,
        encoding: &CStr,
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: a live object, borrowed for the call; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyCodec_Decode(self.as_ptr(), encoding.as_ptr(), errors) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
