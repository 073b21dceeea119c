//! The class of an object.

use crate::ffi;
use crate::refs::{Borrowed, Object, Owned};
use crate::types::{ClassOf, PyAny, PyType, TypeAddr};

/// ## Any object: its class
impl<'py> Borrowed<'py, PyAny> {
    /// The object's type. A new reference, because `__class__` can be assigned.
    #[doc(alias = "Py_TYPE")]
    #[doc(alias = "PyObject_Type")]
    #[doc(alias = "PyExceptionInstance_Class")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn type_of(&self) -> Owned<'py, PyType> {
        // SAFETY: a live object, whose type it keeps alive.
        let result = unsafe { ffi::PyObject_Type(self.as_ptr()) };
        // SAFETY: a new reference, never NULL.
        unsafe { Owned::from_new_ptr(self.py(), result) }
    }
}

impl Borrowed<'_, PyAny> {
    /// The address of the object's current type. No reference count changes.
    #[doc(alias = "Py_TYPE")]
    #[inline]
    pub fn type_addr(&self) -> TypeAddr {
        // SAFETY: a live object.
        TypeAddr::from_ptr(unsafe { ffi::Py_TYPE(self.as_ptr()) })
    }
}

/// ## Any object: casts to a class
///
/// By the object's type, as [`has_type`](Borrowed::has_type): no `__instancecheck__` is asked, nothing runs.
impl<'py> Borrowed<'py, PyAny> {
    /// Casts to the class's kind if the object is an instance of the class or of a subclass; otherwise
    /// `None`.
    #[doc(alias = "PyObject_TypeCheck")]
    #[inline]
    pub fn cast_to<T: Object>(&self, class: &ClassOf<T>) -> Option<&Borrowed<'py, T>> {
        match self.has_type(class.class(self.py())) {
            // SAFETY: an instance of the class, whose instances are of kind `T`.
            true => Some(unsafe { self.cast_unchecked() }),
            false => None,
        }
    }

    /// [`cast_to`](Borrowed::cast_to), but not for instances of a subclass.
    #[doc(alias = "Py_IS_TYPE")]
    #[inline]
    pub fn cast_to_exact<T: Object>(&self, class: &ClassOf<T>) -> Option<&Borrowed<'py, T>> {
        match self.has_exact_type(class.class(self.py())) {
            // SAFETY: an instance of the class, whose instances are of kind `T`.
            true => Some(unsafe { self.cast_unchecked() }),
            false => None,
        }
    }
}
