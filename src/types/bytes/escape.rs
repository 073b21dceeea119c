//! Literals of `bytes` as Python writes them, and their escape sequences.

use std::ffi::{CStr, c_int};
use std::ptr;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyBytes, PyString, checked_size};

impl PyBytes {
    /// Decodes `text`, which is the part of a bytes literal between its quotes. A new reference.
    ///
    /// `errors` is the handler for an incomplete `\\x`: `strict`, which is the default, `replace` or
    /// `ignore`.
    ///
    /// # Errors
    /// `ValueError` for an incomplete escape sequence or another handler, `MemoryError`, or the warning about
    /// an invalid escape sequence if warnings are errors.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyBytes};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let bytes = PyBytes::decode_escape(py, br"a\x00\n", None).unwrap();
    /// assert_eq!(bytes.as_bytes(), b"a\0\n");
    /// # });
    /// ```
    #[doc(alias = "PyBytes_DecodeEscape")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn decode_escape<'py>(
        py: Python<'py>,
        text: &[u8],
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyBytes>> {
        py.assert_attached();
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        let (data, len) = (
            text.as_ptr().cast(),
            checked_size::to_allocate(py, text.len())?,
        );
        // SAFETY: pointer and length are those of a slice; a NUL-terminated string or NULL. The last two
        // arguments have had no meaning since 3.9.
        let result = unsafe { ffi::PyBytes_DecodeEscape(data, len, errors, 0, ptr::null()) };
        // SAFETY: a new reference to bytes, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// ## bytes: as a literal
impl<'py> Borrowed<'py, PyBytes> {
    /// The bytes as a literal in single quotes. With `smart_quotes` it is in double quotes if that needs
    /// fewer escapes, as in [`repr`](Borrowed::repr). A new reference. The `__repr__` of a subclass is not
    /// called. O(n).
    ///
    /// # Errors
    /// `MemoryError`, or `OverflowError` if the literal is too large for an object.
    #[doc(alias = "PyBytes_Repr")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn literal(&self, smart_quotes: bool) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: live bytes, borrowed for the call.
        let result = unsafe { ffi::PyBytes_Repr(self.as_ptr(), c_int::from(smart_quotes)) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
