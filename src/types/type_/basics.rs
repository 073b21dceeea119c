//! The common methods of `type`.

use crate::error::{PyResult, name_of_type};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python, TypeObject};
use crate::types::{PyAny, PyType};

impl PyType {
    /// The type object of a builtin type or exception: `PyType::of::<PyString>(py)` is `str`.
    ///
    /// Borrowed: the type lives as long as the interpreter.
    #[inline]
    pub fn of<'py, T: TypeObject>(py: Python<'py>) -> &'py Borrowed<'py, PyType> {
        py.assert_attached();
        // SAFETY: `TypeObject` promises a type object that is never freed while an interpreter runs.
        unsafe { Borrowed::from_ptr(py, T::type_ptr(py).cast()) }
    }
}

/// # Methods of type
impl<'py> Borrowed<'py, PyType> {
    /// Whether this is `other` or a subclass of it, by the MRO. `__subclasscheck__` is not called, and no
    /// Python code runs.
    #[doc(alias = "PyType_IsSubtype")]
    #[inline]
    pub fn is_subtype(&self, other: &Borrowed<'_, PyType>) -> bool {
        // SAFETY: two live type objects.
        unsafe { ffi::PyType_IsSubtype(self.as_ptr().cast(), other.as_ptr().cast()) != 0 }
    }

    /// The type's `__name__`. A new reference.
    ///
    /// # Errors
    /// What the metaclass raises, if it defines its own `__name__`.
    #[doc(alias = "PyType_GetName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn name(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"__name__")
    }

    /// The type's name for a message. A copy of what CPython's own messages have: `__name__`, behind the module's name for types of C
    /// code outside the builtins, such as `datetime.date`. Runs no Python code and cannot fail; `?` stands for a name for which there
    /// is no memory.
    ///
    /// For the type of an object, call [`type_name`](Borrowed::type_name).
    #[doc(alias = "tp_name")]
    #[inline]
    pub fn name_lossy(&self) -> String {
        name_of_type(self)
    }
}
