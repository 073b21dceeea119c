//! Functions: a qualified name, assignable attributes, wrappers for methods.

use std::ptr;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyCode, PyDict, PyFunction, PyString, PyTuple};

impl PyFunction {
    /// [`PyFunction::new`] with another `__qualname__` than the code's. A new reference; all are borrowed:
    /// the function takes its own references.
    ///
    /// # Errors
    /// `TypeError` if the code has free variables, `MemoryError`.
    #[doc(alias = "PyFunction_NewWithQualName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn with_qualname<'py>(
        code: &Borrowed<'py, PyCode>,
        globals: &Borrowed<'_, PyDict>,
        qualname: Option<&Borrowed<'_, PyString>>,
    ) -> PyResult<'py, Owned<'py, PyFunction>> {
        code.check_closed()?;
        let name = qualname.map_or(ptr::null_mut(), Borrowed::as_ptr);
        let (code_ptr, globals) = (code.as_ptr(), globals.as_ptr());
        // SAFETY: live objects or NULL, borrowed for the call; the code needs no closure.
        let result = unsafe { ffi::PyFunction_NewWithQualName(code_ptr, globals, name) };
        // SAFETY: a new reference to a function, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(code.py(), result) }
    }
}

/// ## Functions: what can be set
///
/// What is assigned is borrowed: the function takes a reference of its own. By attributes, because the C
/// functions do not lock on free-threaded builds.
impl<'py> Borrowed<'py, PyFunction> {
    /// `self.__defaults__ = defaults`.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_SetDefaults")]
    #[inline]
    pub fn set_defaults(&self, defaults: Option<&Borrowed<'_, PyTuple>>) -> PyResult<'py, ()> {
        match defaults {
            Some(defaults) => self.setattr(c"__defaults__", defaults),
            None => self.setattr(c"__defaults__", self.py().none()),
        }
    }

    /// `self.__kwdefaults__ = defaults`.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_SetKwDefaults")]
    #[inline]
    pub fn set_kw_defaults(&self, defaults: Option<&Borrowed<'_, PyDict>>) -> PyResult<'py, ()> {
        match defaults {
            Some(defaults) => self.setattr(c"__kwdefaults__", defaults),
            None => self.setattr(c"__kwdefaults__", self.py().none()),
        }
    }

    /// `self.__annotations__ = annotations`.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_SetAnnotations")]
    #[inline]
    pub fn set_annotations(&self, annotations: &Borrowed<'_, PyDict>) -> PyResult<'py, ()> {
        self.setattr(c"__annotations__", annotations)
    }
}

/// ## Any object: as a method of a class
impl<'py> Borrowed<'py, PyAny> {
    /// `classmethod(self)`: as an attribute of a class, a method that gets the class as its first argument. A
    /// new reference; the callable is borrowed. Unlike Python's `classmethod`, this does not copy the
    /// callable's name and docstring.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyClassMethod_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn as_class_method(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyClassMethod_New(self.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `staticmethod(self)`: as an attribute of a class, the function itself. A new reference; the callable
    /// is borrowed. Unlike Python's `staticmethod`, this does not copy the callable's name and docstring.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyStaticMethod_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn as_static_method(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyStaticMethod_New(self.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
