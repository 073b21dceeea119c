//! Bound methods, and functions implemented in C.

use std::ptr;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyCFunction, PyCMethod, PyMethod, PyType};

impl PyMethod {
    /// A bound method: calling it calls `function` with `object` before the other arguments. A new reference;
    /// both are borrowed: the method takes its own references.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyMethod_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        function: &Borrowed<'py, PyAny>,
        object: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyMethod>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyMethod_New(function.as_ptr(), object.as_ptr()) };
        // SAFETY: a new reference to a bound method, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(function.py(), result) }
    }
}

/// # Methods of bound methods
///
/// Its members are fixed: they are lent for as long as the method is borrowed.
impl<'py> Borrowed<'py, PyMethod> {
    /// `self.__func__`, borrowed from the method.
    #[doc(alias = "PyMethod_Function")]
    #[doc(alias = "PyMethod_GET_FUNCTION")]
    #[inline]
    pub fn function(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: a live bound method.
        let function = unsafe { ffi::PyMethod_Function(self.as_ptr()) };
        // SAFETY: the method keeps the object alive for the borrow of `self`, and never changes the field.
        unsafe { Borrowed::from_ptr(self.py(), function) }
    }

    /// `self.__self__`, borrowed from the method.
    #[doc(alias = "PyMethod_Self")]
    #[doc(alias = "PyMethod_GET_SELF")]
    #[inline]
    pub fn object(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: a live bound method.
        let object = unsafe { ffi::PyMethod_Self(self.as_ptr()) };
        // SAFETY: the method keeps the object alive for the borrow of `self`, and never changes the field.
        unsafe { Borrowed::from_ptr(self.py(), object) }
    }
}

impl PyCFunction {
    /// A builtin function of a method definition, which gets `object` as its `self`. `module` is its
    /// `__module__`. A new reference; both are borrowed: the function takes its own references.
    ///
    /// [`module!`](crate::module) makes such functions from Rust functions, without `unsafe`.
    ///
    /// # Errors
    /// `MemoryError`, or `SystemError` for an invalid combination of flags.
    ///
    /// # Safety
    /// The definition and what it points to live as long as the function, which Python code may keep for
    /// ever. The C function has the signature that the flags describe, and Python code may call it with any
    /// arguments. The flags do not include `METH_METHOD`.
    #[doc(alias = "PyCFunction_New")]
    #[doc(alias = "PyCFunction_NewEx")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn new<'py>(
        py: Python<'py>,
        definition: *mut ffi::PyMethodDef,
        object: Option<&Borrowed<'_, PyAny>>,
        module: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyCFunction>> {
        let object = object.map_or(ptr::null_mut(), Borrowed::as_ptr);
        let module = module.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: the caller's promise; live objects or NULL, borrowed for the call.
        let result = unsafe { ffi::PyCFunction_NewEx(definition, object, module) };
        // SAFETY: a new reference to a function, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of C methods
impl<'py> Borrowed<'py, PyCMethod> {
    /// The class that the method was defined in, as a new reference.
    #[doc(alias = "PyCFunction_GET_CLASS")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn defining_class(&self) -> Option<Owned<'py, PyType>> {
        // SAFETY: a live method of this kind.
        let class = unsafe { ffi::PyCFunction_GET_CLASS(self.as_ptr()) };
        // SAFETY: a type that the method keeps alive, in a field that never changes, or NULL.
        unsafe { Owned::from_borrowed_ptr_or_opt(self.py(), class.cast()) }
    }
}

/// # Methods of C functions
impl<'py> Borrowed<'py, PyCFunction> {
    /// The `self` that the function gets: a module, or the object of a builtin method. A new reference;
    /// `None` for a static method.
    #[doc(alias = "PyCFunction_GetSelf")]
    #[doc(alias = "PyCFunction_GET_SELF")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn object(&self) -> Option<Owned<'py, PyAny>> {
        // SAFETY: a live builtin function, so that the call does not fail.
        let object = unsafe { ffi::PyCFunction_GetSelf(self.as_ptr()) };
        // SAFETY: an object that the function keeps alive, or NULL; the reference is taken before other code
        // can run.
        unsafe { Owned::from_borrowed_ptr_or_opt(self.py(), object) }
    }

    /// The flags of the function's definition, such as `METH_FASTCALL`.
    #[doc(alias = "PyCFunction_GetFlags")]
    #[doc(alias = "PyCFunction_GET_FLAGS")]
    #[inline]
    pub fn flags(&self) -> i32 {
        // SAFETY: a live builtin function, so that the call does not fail.
        unsafe { ffi::PyCFunction_GetFlags(self.as_ptr()) }
    }
}
