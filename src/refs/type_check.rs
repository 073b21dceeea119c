//! [`TypeCheck`] and [`TypeObject`]: tests at run time of the kind that an object is of.

use super::{Borrowed, Object, PyAny, Python};
use crate::ffi;

/// A kind of object for which there is a test at run time.
///
/// # Safety
/// Both functions return true only for objects of this kind: safe code relies on the result when it accesses an
/// object's memory. They run no Python code: a call's arguments are tested before any reference to them is taken.
pub unsafe trait TypeCheck: Object {
    /// Whether `object` is an instance of the type or of a subclass.
    fn is_type_of(object: &Borrowed<'_, PyAny>) -> bool;
    /// Whether `object`'s type is exactly this one.
    fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool;
}

/// A kind of object whose type object is known: a builtin type or exception.
///
/// # Safety
/// `type_ptr` returns the type object that [`TypeCheck`] tests for. The type object is never freed while an
/// interpreter runs.
pub unsafe trait TypeObject: TypeCheck {
    /// The address of the type object: a borrowed reference, valid as long as the interpreter.
    fn type_ptr(py: Python<'_>) -> *mut ffi::PyTypeObject;
}

// SAFETY: every object is of kind `PyAny`; an object's type is exactly `object` if it is that type.
unsafe impl TypeCheck for PyAny {
    #[inline(always)]
    fn is_type_of(_object: &Borrowed<'_, PyAny>) -> bool {
        true
    }

    #[inline]
    fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool {
        let kind = &raw mut ffi::PyBaseObject_Type;
        // SAFETY: a live object.
        unsafe { ffi::Py_IS_TYPE(object.as_ptr(), kind) != 0 }
    }
}

// SAFETY: the static type object of `object`.
unsafe impl TypeObject for PyAny {
    #[inline]
    fn type_ptr(_py: Python<'_>) -> *mut ffi::PyTypeObject {
        &raw mut ffi::PyBaseObject_Type
    }
}
