//! `None`.

use super::PyNone;
use crate::ffi;
use crate::python::Python;
use crate::refs::Borrowed;

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
}
