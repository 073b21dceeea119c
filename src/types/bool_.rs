//! `True` and `False`.

use crate::ffi;
use crate::refs::{Borrowed, Python};
use crate::types::PyBool;

impl<'py> Python<'py> {
    /// `True` or `False`. Borrowed: the objects live as long as the interpreter.
    #[doc(alias = "Py_True")]
    #[doc(alias = "Py_False")]
    #[doc(alias = "PyBool_FromLong")]
    #[inline]
    pub fn bool(self, value: bool) -> &'py Borrowed<'py, PyBool> {
        self.assert_attached();
        let object = match value {
            // SAFETY: the address of a static object.
            true => unsafe { ffi::Py_True() },
            // SAFETY: the address of a static object.
            false => unsafe { ffi::Py_False() },
        };
        // SAFETY: the singletons are never freed while an interpreter runs, and are of kind `PyBool`.
        unsafe { Borrowed::from_ptr(self, object) }
    }
}

/// # Methods of bool
impl Borrowed<'_, PyBool> {
    /// Whether this is `True`. Cannot fail; no reference count changes.
    #[doc(alias = "Py_IsTrue")]
    #[doc(alias = "Py_IsFalse")]
    #[inline]
    pub fn is_true(&self) -> bool {
        // SAFETY: the address of a static object.
        self.as_ptr() == unsafe { ffi::Py_True() }
    }
}
