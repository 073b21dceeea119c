//! `bytes` as Python writes them: literals, and reading their escapes.

use std::ffi::{CStr, c_int};
use std::ptr;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::common::checked_size;
use crate::types::{PyBytes, PyString};

impl PyBytes {
    /// The `bytes` that `text` spells: what stands between the quotes of a bytes literal. A new reference.
    ///
    /// `errors` is what to do with an incomplete `\\x`: `strict` (as without it), `replace` or `ignore`.
    ///
    /// # Errors
    /// `ValueError` for an incomplete escape or another `errors`, `MemoryError`, and the warning about an
    /// escape that there is not, where warnings are errors.
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
    /// The bytes as a literal, in single quotes; with `smart_quotes` in double ones where that saves escapes,
    /// as [`repr`](Borrowed::repr) has it. A new reference. A subclass's `__repr__` is not asked. O(n).
    ///
    /// # Errors
    /// `MemoryError`, or `OverflowError` beyond what an object can hold.
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
