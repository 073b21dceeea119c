//! `str`: order, prefix and suffix, whether it is an identifier.

use crate::error::{PyResult, Raised, assert_clear, check_truth};
use crate::ffi;
use crate::refs::Borrowed;
use crate::types::PyString;
use std::cmp::Ordering;
use std::ffi::c_int;

/// ## str: comparison
impl<'py> Borrowed<'py, PyString> {
    /// Compares two strs by their code points.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyUnicode_Compare")]
    #[inline]
    pub fn cmp_str(&self, other: &Borrowed<'_, PyString>) -> PyResult<'py, Ordering> {
        assert_clear(self.py());
        // SAFETY: live strs, borrowed for the call.
        let order = unsafe { ffi::PyUnicode_Compare(self.as_ptr(), other.as_ptr()) };
        match order {
            -1 => Raised::occurred(self.py()).map_or(Ok(Ordering::Less), Err),
            order => Ok(order.cmp(&0)),
        }
    }

    /// Whether the text begins with `start`, which is borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Tailmatch")]
    #[inline]
    pub fn starts_with(&self, start: &Borrowed<'_, PyString>) -> PyResult<'py, bool> {
        self.tail_match(start, -1)
    }

    /// Whether the text ends with `end`, which is borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Tailmatch")]
    #[inline]
    pub fn ends_with(&self, end: &Borrowed<'_, PyString>) -> PyResult<'py, bool> {
        self.tail_match(end, 1)
    }

    #[inline]
    fn tail_match(&self, part: &Borrowed<'_, PyString>, direction: c_int) -> PyResult<'py, bool> {
        let (text, part, max) = (self.as_ptr(), part.as_ptr(), ffi::Py_ssize_t::MAX);
        // SAFETY: live strs, borrowed for the call.
        let found = unsafe { ffi::PyUnicode_Tailmatch(text, part, 0, max, direction) };
        check_truth(self.py(), found as c_int)
    }

    /// `self.isidentifier()`.
    #[doc(alias = "PyUnicode_IsIdentifier")]
    #[inline]
    pub fn is_identifier(&self) -> bool {
        // SAFETY: a live str, for which the call does not fail.
        unsafe { ffi::PyUnicode_IsIdentifier(self.as_ptr()) == 1 }
    }
}
