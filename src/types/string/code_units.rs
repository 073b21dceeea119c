//! `str`: the memory as C sees it, code units of one width.

use crate::error::{PyResult, PyValueError, assert_clear, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyString, checked_size};
use std::ffi::{c_int, c_void};
use std::slice;

/// The code points of a `str`, in the width in which the object stores them: the result of
/// [`code_units`](Borrowed::code_units).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeUnits<'a> {
    /// All are below 256.
    One(&'a [u8]),
    /// All are below 65536. They may be lone surrogates.
    Two(&'a [u16]),
    /// Any code points.
    Four(&'a [u32]),
}

/// ## str: storage
impl<'py> Borrowed<'py, PyString> {
    /// The code points as the object stores them, borrowed from the object. No copy, O(1).
    ///
    /// # Errors
    /// `MemoryError`, before 3.12, for strs made by C functions that 3.12 has removed.
    #[doc(alias = "PyUnicode_KIND")]
    #[doc(alias = "PyUnicode_DATA")]
    #[doc(alias = "PyUnicode_1BYTE_DATA")]
    #[doc(alias = "PyUnicode_2BYTE_DATA")]
    #[doc(alias = "PyUnicode_4BYTE_DATA")]
    #[doc(alias = "PyUnicode_READY")]
    #[inline]
    pub fn code_units(&self) -> PyResult<'py, CodeUnits<'_>> {
        // SAFETY: a live str.
        let status = unsafe { ffi::PyUnicode_READY(self.as_ptr()) };
        check_status(self.py(), status)?;
        // SAFETY: a live str that is ready.
        let kind = unsafe { ffi::PyUnicode_KIND(self.as_ptr()) };
        // SAFETY: as above.
        let data = unsafe { ffi::PyUnicode_DATA(self.as_ptr()) };
        let len = self.len();
        // In all three cases the units live and do not change as long as the str, which `self` borrows: a
        // str's content changes only through `Owned::append`, which takes the `Owned` by value.
        match kind {
            ffi::PyUnicode_1BYTE_KIND => {
                // SAFETY: one unit of a byte for each code point.
                let units = unsafe { slice::from_raw_parts(data.cast(), len) };
                Ok(CodeUnits::One(units))
            }
            ffi::PyUnicode_2BYTE_KIND => {
                // SAFETY: one unit of two bytes for each code point.
                let units = unsafe { slice::from_raw_parts(data.cast(), len) };
                Ok(CodeUnits::Two(units))
            }
            _ => {
                // SAFETY: one unit of four bytes for each code point.
                let units = unsafe { slice::from_raw_parts(data.cast(), len) };
                Ok(CodeUnits::Four(units))
            }
        }
    }
}

impl PyString {
    /// A new `str` with a copy of code points of any width, which need not be the narrowest. Lone surrogates
    /// are kept.
    ///
    /// # Errors
    /// `ValueError` for a code point beyond U+10FFFF, `MemoryError`.
    #[doc(alias = "PyUnicode_FromKindAndData")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_code_units<'py>(
        py: Python<'py>,
        units: CodeUnits<'_>,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        assert_clear(py);
        let (kind, data, len): (_, *const c_void, _) = match units {
            CodeUnits::One(units) => (
                ffi::PyUnicode_1BYTE_KIND,
                units.as_ptr().cast(),
                units.len(),
            ),
            CodeUnits::Two(units) => (
                ffi::PyUnicode_2BYTE_KIND,
                units.as_ptr().cast(),
                units.len(),
            ),
            CodeUnits::Four(units) => {
                if units.iter().any(|&unit| unit > u32::from(char::MAX)) {
                    return Err(py.raise::<PyValueError>("code point beyond U+10FFFF"));
                }
                (
                    ffi::PyUnicode_4BYTE_KIND,
                    units.as_ptr().cast(),
                    units.len(),
                )
            }
        };
        let (kind, len) = (kind as c_int, checked_size::to_allocate(py, len)?);
        // SAFETY: pointer and length are those of a slice of units of this width.
        let result = unsafe { ffi::PyUnicode_FromKindAndData(kind, data, len) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}
