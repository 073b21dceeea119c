//! `None`, `...` and `NotImplemented`.

use crate::ffi;
use crate::refs::{Borrowed, Python};
use crate::types::{PyEllipsis, PyNone, PyNotImplemented};

impl<'py> Python<'py> {
    /// `None`. Borrowed: the object lives as long as the interpreter.
    #[doc(alias = "Py_None")]
    #[doc(alias = "Py_GetConstantBorrowed")]
    #[inline(always)]
    pub fn none(self) -> &'py Borrowed<'py, PyNone> {
        self.assert_attached();
        // SAFETY: the singleton is never freed while an interpreter runs, and is of kind `PyNone`.
        let result = unsafe { ffi::Py_None() };
        // SAFETY: as above.
        unsafe { Borrowed::from_ptr(self, result) }
    }

    /// `...`. Borrowed: the object lives as long as the interpreter.
    #[doc(alias = "Py_Ellipsis")]
    #[inline]
    pub fn ellipsis(self) -> &'py Borrowed<'py, PyEllipsis> {
        self.assert_attached();
        // SAFETY: the address of a static object.
        let result = unsafe { ffi::Py_Ellipsis() };
        // SAFETY: the singleton is never freed while an interpreter runs, and is of kind `PyEllipsis`.
        unsafe { Borrowed::from_ptr(self, result) }
    }

    /// `NotImplemented`, which an operator returns if it does not support the other operand's type. Borrowed:
    /// the object lives as long as the interpreter.
    #[doc(alias = "Py_NotImplemented")]
    #[doc(alias = "Py_RETURN_NOTIMPLEMENTED")]
    #[inline]
    pub fn not_implemented(self) -> &'py Borrowed<'py, PyNotImplemented> {
        self.assert_attached();
        // SAFETY: the address of a static object.
        let result = unsafe { ffi::Py_NotImplemented() };
        // SAFETY: the singleton is never freed while an interpreter runs, and is of its kind.
        unsafe { Borrowed::from_ptr(self, result) }
    }
}
