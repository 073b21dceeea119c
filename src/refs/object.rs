//! What the `T` of a pointer may be, and what the crate may conclude from it.

use super::Borrowed;
use crate::ffi;
use crate::python::Python;
use crate::types::PyAny;

/// A marker for a kind of Python object: the `T` of [`Owned<'py, T>`](crate::Owned).
///
/// # Safety
/// Where `IMMORTAL` is true, every object of this kind (every one for which a pointer with this `T`
/// may exist) is immortal in CPython's sense on the version built for: its reference count is never
/// written. Pointers to it are then copied and dropped without counting.
pub unsafe trait Object: Sized + 'static {
    /// The type's name in error messages, such as `str`.
    const NAME: &'static str;
    /// Whether reference counting can be left out altogether.
    const IMMORTAL: bool = false;
}

/// A kind of object that is also of another kind: `&Borrowed<Self>` derefs to `&Borrowed<Self::Base>`.
///
/// # Safety
/// Every object of kind `Self` is one of kind `Base`.
pub unsafe trait Subtype: Object {
    /// The next more general kind, [`PyAny`] in the end.
    type Base: Object;
}

/// A kind of object that can be told at run time.
///
/// # Safety
/// Both functions return true only for objects for which a pointer with this `T` may exist: safe code
/// reads an object's memory on the strength of it.
pub unsafe trait TypeCheck: Object {
    /// Whether `object` is an instance of the type or of a subclass. Runs no Python code.
    fn is_type_of(object: &Borrowed<'_, PyAny>) -> bool;
    /// Whether `object`'s type is exactly this one. Runs no Python code.
    fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool;
}

/// A kind of object whose type object is known: a builtin type or exception.
///
/// # Safety
/// `type_ptr` returns the type object that [`TypeCheck`] tests for, and it is never freed while an
/// interpreter runs.
pub unsafe trait TypeObject: TypeCheck {
    /// The address of the type object; a borrowed reference that is good for ever.
    fn type_ptr(py: Python<'_>) -> *mut ffi::PyTypeObject;
}
