//! Attributes.

use std::ffi::CStr;
use std::ptr;

use crate::error::{PyResult, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyList, PyString};

/// The name of an attribute: a Python `str`, which is fastest if it is interned, or a C string, from which
/// each call makes a `str`.
///
/// Sealed: implemented for `&Borrowed<PyString>`, `&Owned<PyString>` and `&CStr`.
#[diagnostic::on_unimplemented(
    message = "the name of an attribute is a C string or a Python str, not `{Self}`",
    label = "write `c\"name\"`, or `intern!(py, \"name\")` for a str that is made once"
)]
pub trait AttributeName<'py>: sealed::Sealed {
    /// Calls `f` with the name as a `str` object.
    #[doc(hidden)]
    fn with_name<R>(
        self,
        object: &Borrowed<'py, PyAny>,
        f: impl FnOnce(&Borrowed<'py, PyString>) -> PyResult<'py, R>,
    ) -> PyResult<'py, R>;
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for &Borrowed<'_, PyString> {}
impl sealed::Sealed for &Owned<'_, PyString> {}
impl sealed::Sealed for &CStr {}

impl<'py> AttributeName<'py> for &Borrowed<'py, PyString> {
    #[inline(always)]
    fn with_name<R>(
        self,
        _object: &Borrowed<'py, PyAny>,
        f: impl FnOnce(&Borrowed<'py, PyString>) -> PyResult<'py, R>,
    ) -> PyResult<'py, R> {
        f(self)
    }
}

impl<'py> AttributeName<'py> for &Owned<'py, PyString> {
    #[inline(always)]
    fn with_name<R>(
        self,
        _object: &Borrowed<'py, PyAny>,
        f: impl FnOnce(&Borrowed<'py, PyString>) -> PyResult<'py, R>,
    ) -> PyResult<'py, R> {
        f(self)
    }
}

impl<'py> AttributeName<'py> for &CStr {
    #[inline]
    fn with_name<R>(
        self,
        object: &Borrowed<'py, PyAny>,
        f: impl FnOnce(&Borrowed<'py, PyString>) -> PyResult<'py, R>,
    ) -> PyResult<'py, R> {
        // Not interned, as in `PyObject_GetAttrString`: names that are made at run time would stay for ever.
        // SAFETY: attached, and a NUL-terminated string.
        let name = unsafe { ffi::PyUnicode_FromString(self.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        let name: Owned<'py, PyString> =
            unsafe { Owned::from_new_ptr_or_raised(object.py(), name)? };
        f(&name)
    }
}

/// # Methods of any object: attributes
impl<'py> Borrowed<'py, PyAny> {
    /// `getattr(self, name)`. A new reference; `self` and `name` are borrowed.
    ///
    /// # Errors
    /// `AttributeError`, or what the object's `__getattr__` raises.
    #[doc(alias = "PyObject_GetAttr")]
    #[doc(alias = "PyObject_GetAttrString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn getattr(&self, name: impl AttributeName<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let result = name.with_name(self, |name| {
            // SAFETY: both are live objects, borrowed for the call.
            Ok(unsafe { ffi::PyObject_GetAttr(self.as_ptr(), name.as_ptr()) })
        })?;
        // SAFETY: a new reference or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `getattr(self, name)`, or `Ok(None)` if there is no such attribute. A new reference; `self` and `name`
    /// are borrowed.
    ///
    /// # Errors
    /// What the look-up of the attribute raises, other than `AttributeError`.
    #[doc(alias = "PyObject_GetOptionalAttr")]
    #[doc(alias = "PyObject_GetOptionalAttrString")]
    #[doc(alias = "PyObject_HasAttrWithError")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn getattr_opt(
        &self,
        name: impl AttributeName<'py>,
    ) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        assert_clear(self.py());
        let value = name.with_name(self, |name| {
            let mut value = ptr::null_mut();
            // SAFETY: both are live objects, borrowed for the call; `value` receives a new reference, or
            // NULL where there is none.
            let found = unsafe {
                ffi::compat::PyObject_GetOptionalAttr(self.as_ptr(), name.as_ptr(), &mut value)
            };
            crate::error::check_status(self.py(), found)?;
            Ok(value)
        })?;
        // SAFETY: a new reference, or NULL for an absent attribute.
        Ok(unsafe { Owned::from_new_ptr_or_opt(self.py(), value) })
    }

    /// `hasattr(self, name)`. As in Python, only `AttributeError` means that the attribute is missing; C's
    /// `PyObject_HasAttr` discards all exceptions.
    ///
    /// # Errors
    /// What the look-up of the attribute raises, other than `AttributeError`.
    #[doc(alias = "PyObject_HasAttr")]
    #[doc(alias = "PyObject_HasAttrString")]
    #[doc(alias = "PyObject_HasAttrWithError")]
    #[doc(alias = "PyObject_HasAttrStringWithError")]
    #[inline]
    pub fn hasattr(&self, name: impl AttributeName<'py>) -> PyResult<'py, bool> {
        Ok(self.getattr_opt(name)?.is_some())
    }

    /// `setattr(self, name, value)`. `name` and `value` are borrowed: the object takes its own reference to
    /// `value`.
    ///
    /// # Errors
    /// `AttributeError`, or what the object's `__setattr__` raises.
    #[doc(alias = "PyObject_SetAttr")]
    #[doc(alias = "PyObject_SetAttrString")]
    #[inline]
    pub fn setattr(
        &self,
        name: impl AttributeName<'py>,
        value: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, ()> {
        assert_clear(self.py());
        name.with_name(self, |name| {
            // SAFETY: all are live objects, borrowed for the call.
            let status =
                unsafe { ffi::PyObject_SetAttr(self.as_ptr(), name.as_ptr(), value.as_ptr()) };
            crate::error::check_status(self.py(), status)
        })
    }

    /// `delattr(self, name)`.
    ///
    /// # Errors
    /// `AttributeError`, or what the object's `__delattr__` raises.
    #[doc(alias = "PyObject_DelAttr")]
    #[doc(alias = "PyObject_DelAttrString")]
    #[inline]
    pub fn delattr(&self, name: impl AttributeName<'py>) -> PyResult<'py, ()> {
        assert_clear(self.py());
        name.with_name(self, |name| {
            // SAFETY: both are live objects, borrowed for the call; NULL as value deletes.
            let status =
                unsafe { ffi::PyObject_SetAttr(self.as_ptr(), name.as_ptr(), ptr::null_mut()) };
            crate::error::check_status(self.py(), status)
        })
    }
    /// `dir(self)`: the names of the attributes. A new reference to a list, which is sorted.
    ///
    /// # Errors
    /// What `__dir__` raises.
    #[doc(alias = "PyObject_Dir")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn dir(&self) -> PyResult<'py, Owned<'py, PyList>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyObject_Dir(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
