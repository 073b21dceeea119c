//! The Python types: one table, then one file for each type's methods.
//!
//! A type is an uninhabited marker, such as [`PyString`]; its objects are reached through
//! [`Owned<'py, PyString>`](crate::Owned) and [`&Borrowed<'py, PyString>`](crate::Borrowed).
//! Constructors are associated functions of the marker (`PyString::new(py, "..")`); methods are inherent
//! methods of `Borrowed<'py, PyString>`, so that every kind of pointer has them. What every object can do
//! is a method of `Borrowed<'py, PyAny>`, which all types deref to.
//!
//! A type's name does not mean exactly that type: a `PyString` may be a subclass of `str`, unless
//! [`cast_exact`](crate::Borrowed::cast_exact) has been asked. `PyBool` and `PyNone` cannot be subclassed.

mod any;
mod bool_;
mod bytes;
mod dict;
mod float;
mod int;
mod iterator;
mod list;
mod module;
mod name;
mod none;
mod size;
mod string;
mod tuple;
mod type_;

pub use any::{AttributeName, CompareOp};
pub use dict::DictIter;
pub use int::ByteOrder;
pub(crate) use int::out_of_range;
pub use iterator::PyIterator;
pub use list::{ListBuilder, ListIter};
pub(crate) use name::{name_of_type, write_type_name};
pub use string::StringBuilder;
pub use tuple::{TupleBuilder, TupleIter};

use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Object, Subtype, TypeCheck, TypeObject};

/// Any Python object (`object`). Every other type derefs to it.
pub enum PyAny {}

// SAFETY: not all objects are immortal.
unsafe impl Object for PyAny {
    const NAME: &'static str = "object";
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

/// Declares the builtin types: marker, Python's name, base, the checks of the C API, the type object.
macro_rules! builtin_types {
    ($($(#[$doc:meta])* $marker:ident: $name:literal, $base:ident, $check:ident, $check_exact:ident, $type:expr $(, immortal $since:meta)?;)*) => { $(
        $(#[$doc])*
        #[doc = ""]
        #[doc = concat!("Python's `", $name, "`. The methods are those of [`Borrowed<'py, ", stringify!($marker), ">`](crate::Borrowed).")]
        pub enum $marker {}

        // SAFETY: immortal are the singletons of types that cannot be subclassed, on the versions named.
        unsafe impl Object for $marker {
            const NAME: &'static str = $name;
            const IMMORTAL: bool = false $(|| cfg!($since))?;
        }

        // SAFETY: CPython's class hierarchy: an instance of a class is one of its bases.
        unsafe impl Subtype for $marker {
            type Base = $base;
        }

        // SAFETY: the C API's own checks for this type.
        unsafe impl TypeCheck for $marker {
            #[inline(always)]
            fn is_type_of(object: &Borrowed<'_, PyAny>) -> bool {
                // SAFETY: a live object; the check reads its type.
                unsafe { ffi::$check(object.as_ptr()) != 0 }
            }

            #[inline(always)]
            fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool {
                // SAFETY: a live object; the check reads its type.
                unsafe { ffi::$check_exact(object.as_ptr()) != 0 }
            }
        }

        // SAFETY: the static type object for which the checks above ask.
        unsafe impl TypeObject for $marker {
            #[inline]
            fn type_ptr(_py: Python<'_>) -> *mut ffi::PyTypeObject {
                $type
            }
        }
    )* };
}

builtin_types! {
    /// The type of `None`, of which there is one object: [`Python::none`].
    #[doc(alias = "Py_IsNone")]
    PyNone: "NoneType", PyAny, Py_IsNone, Py_IsNone, ffi::none_type(), immortal Py_3_12;
    /// `True` and `False`: [`Python::bool`].
    #[doc(alias = "PyBool_Check")]
    #[doc(alias = "PyBool_Type")]
    PyBool: "bool", PyInt, PyBool_Check, PyBool_Check, &raw mut ffi::PyBool_Type, immortal Py_3_12;
    /// Integers of any size.
    #[doc(alias = "PyLong_Check")]
    #[doc(alias = "PyLong_CheckExact")]
    #[doc(alias = "PyLong_Type")]
    PyInt: "int", PyAny, PyLong_Check, PyLong_CheckExact, &raw mut ffi::PyLong_Type;
    /// Double-precision floating-point numbers.
    #[doc(alias = "PyFloat_Check")]
    #[doc(alias = "PyFloat_CheckExact")]
    #[doc(alias = "PyFloat_Type")]
    PyFloat: "float", PyAny, PyFloat_Check, PyFloat_CheckExact, &raw mut ffi::PyFloat_Type;
    /// Unicode strings.
    #[doc(alias = "PyUnicode_Check")]
    #[doc(alias = "PyUnicode_CheckExact")]
    #[doc(alias = "PyUnicode_Type")]
    PyString: "str", PyAny, PyUnicode_Check, PyUnicode_CheckExact, &raw mut ffi::PyUnicode_Type;
    /// Immutable byte strings.
    #[doc(alias = "PyBytes_Check")]
    #[doc(alias = "PyBytes_CheckExact")]
    #[doc(alias = "PyBytes_Type")]
    PyBytes: "bytes", PyAny, PyBytes_Check, PyBytes_CheckExact, &raw mut ffi::PyBytes_Type;
    /// Tuples.
    #[doc(alias = "PyTuple_Check")]
    #[doc(alias = "PyTuple_CheckExact")]
    #[doc(alias = "PyTuple_Type")]
    PyTuple: "tuple", PyAny, PyTuple_Check, PyTuple_CheckExact, &raw mut ffi::PyTuple_Type;
    /// Lists.
    #[doc(alias = "PyList_Check")]
    #[doc(alias = "PyList_CheckExact")]
    #[doc(alias = "PyList_Type")]
    PyList: "list", PyAny, PyList_Check, PyList_CheckExact, &raw mut ffi::PyList_Type;
    /// Dictionaries.
    #[doc(alias = "PyDict_Check")]
    #[doc(alias = "PyDict_CheckExact")]
    #[doc(alias = "PyDict_Type")]
    PyDict: "dict", PyAny, PyDict_Check, PyDict_CheckExact, &raw mut ffi::PyDict_Type;
    /// Types, which are objects themselves.
    #[doc(alias = "PyType_Check")]
    #[doc(alias = "PyType_CheckExact")]
    #[doc(alias = "PyType_Type")]
    PyType: "type", PyAny, PyType_Check, PyType_CheckExact, &raw mut ffi::PyType_Type;
    /// Modules.
    #[doc(alias = "PyModule_Check")]
    #[doc(alias = "PyModule_CheckExact")]
    #[doc(alias = "PyModule_Type")]
    PyModule: "module", PyAny, PyModule_Check, PyModule_CheckExact, &raw mut ffi::PyModule_Type;
}
