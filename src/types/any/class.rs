//! The class of an object.

use crate::error::type_name;
use crate::ffi;
use crate::ledger::{Kind, Site};
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
        // SAFETY: counted at once.
        unsafe { class_of(self) }.count(Kind::New, Site::here())
    }

    /// The name of the object's type for a message, as CPython's own messages have it: `str`, `Point`, `datetime.date`. A copy:
    /// the name can be assigned. Runs no Python code and cannot fail; `?` stands for a name for which there is no memory.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyInt};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let object = PyInt::new(py, 3).unwrap();
    /// assert_eq!(format!("cannot pack {}", object.type_name()), "cannot pack int");
    /// # });
    /// ```
    #[doc(alias = "tp_name")]
    #[inline]
    pub fn type_name(&self) -> String {
        type_name(self)
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

/// The class of an object. (Not a line of the user's in the ledger.)
///
/// # Safety
/// The result is not used after other code has run, which may assign to `__class__`. On free-threaded builds such an
/// assignment waits until no other thread runs.
#[inline(always)]
unsafe fn class_of<'a, 'py>(object: &'a Borrowed<'py, PyAny>) -> &'a Borrowed<'py, PyType> {
    // SAFETY: a live object.
    let class = unsafe { ffi::Py_TYPE(object.as_ptr()) };
    // SAFETY: a type, which the object keeps alive until it gets another class.
    unsafe { Borrowed::from_ptr(object.py(), class.cast()) }
}
