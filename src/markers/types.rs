//! The built-in types, one line each.

use super::{PyAnySet, PyIterator};
use crate::ffi;
use crate::refs::{Borrowed, Object, PyAny, Python, Subtype, TypeCheck, TypeObject};

/// Declares the builtin types: marker, Python's name, base, the checks of the C API, the type object.
macro_rules! builtin_types {
    ($($(#[$doc:meta])* $marker:ident: $name:literal, $base:ident, $check:ident, $check_exact:ident, $type:expr $(, immortal $since:meta)?;)*) => { $(
        $(#[$doc])*
        #[doc = ""]
        #[doc = concat!("Python's `", $name, "`.")]
        #[doc = ""]
        #[cfg_attr(doc, doc = include_str!(concat!("../types/pages/", stringify!($marker), ".md")))]
        pub enum $marker {}

        // SAFETY: `IMMORTAL` is true only for types that cannot be subclassed, on the versions where all their
        // instances are immortal.
        unsafe impl Object for $marker {
            const NAME: &'static str = $name;
            const IMMORTAL: bool = false $(|| cfg!($since))?;
        }

        // SAFETY: `$base` is a base class in CPython's hierarchy: an instance of a class is one of its bases.
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

        // SAFETY: the static type object that the checks above test for.
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
    #[doc(alias = "_PyNone_Type")]
    PyNone: "NoneType", PyAny, Py_IsNone, Py_IsNone, ffi::none_type(), immortal Py_3_12;
    /// `True` and `False`: [`Python::bool`].
    #[doc(alias = "PyBool_Check")]
    #[doc(alias = "PyBool_Type")]
    PyBool: "bool", PyInt, PyBool_Check, PyBool_Check, &raw mut ffi::PyBool_Type, immortal Py_3_12;
    /// Integers of any size.
    #[doc(alias = "PyLong_Check")]
    #[doc(alias = "PyLong_CheckExact")]
    #[doc(alias = "PyLong_Type")]
    #[doc(alias = "PyLongObject")]
    PyInt: "int", PyAny, PyLong_Check, PyLong_CheckExact, &raw mut ffi::PyLong_Type;
    /// Double-precision floating-point numbers.
    #[doc(alias = "PyFloat_Check")]
    #[doc(alias = "PyFloat_CheckExact")]
    #[doc(alias = "PyFloat_Type")]
    #[doc(alias = "PyFloatObject")]
    PyFloat: "float", PyAny, PyFloat_Check, PyFloat_CheckExact, &raw mut ffi::PyFloat_Type;
    /// Unicode strings.
    #[doc(alias = "PyUnicode_Check")]
    #[doc(alias = "PyUnicode_CheckExact")]
    #[doc(alias = "PyUnicode_Type")]
    #[doc(alias = "PyUnicodeObject")]
    #[doc(alias = "PyASCIIObject")]
    #[doc(alias = "PyCompactUnicodeObject")]
    PyString: "str", PyAny, PyUnicode_Check, PyUnicode_CheckExact, &raw mut ffi::PyUnicode_Type;
    /// Immutable byte strings.
    #[doc(alias = "PyBytes_Check")]
    #[doc(alias = "PyBytes_CheckExact")]
    #[doc(alias = "PyBytes_Type")]
    #[doc(alias = "PyBytesObject")]
    PyBytes: "bytes", PyAny, PyBytes_Check, PyBytes_CheckExact, &raw mut ffi::PyBytes_Type;
    /// Tuples.
    #[doc(alias = "PyTuple_Check")]
    #[doc(alias = "PyTuple_CheckExact")]
    #[doc(alias = "PyTuple_Type")]
    #[doc(alias = "PyTupleObject")]
    PyTuple: "tuple", PyAny, PyTuple_Check, PyTuple_CheckExact, &raw mut ffi::PyTuple_Type;
    /// Lists.
    #[doc(alias = "PyList_Check")]
    #[doc(alias = "PyList_CheckExact")]
    #[doc(alias = "PyList_Type")]
    #[doc(alias = "PyListObject")]
    PyList: "list", PyAny, PyList_Check, PyList_CheckExact, &raw mut ffi::PyList_Type;
    /// Dictionaries.
    #[doc(alias = "PyDict_Check")]
    #[doc(alias = "PyDict_CheckExact")]
    #[doc(alias = "PyDict_Type")]
    #[doc(alias = "PyDictObject")]
    PyDict: "dict", PyAny, PyDict_Check, PyDict_CheckExact, &raw mut ffi::PyDict_Type;
    /// Types, which are objects themselves.
    #[doc(alias = "PyType_Check")]
    #[doc(alias = "PyType_CheckExact")]
    #[doc(alias = "PyType_Type")]
    #[doc(alias = "PyTypeObject")]
    #[doc(alias = "PyHeapTypeObject")]
    PyType: "type", PyAny, PyType_Check, PyType_CheckExact, &raw mut ffi::PyType_Type;
    /// Modules.
    #[doc(alias = "PyModule_Check")]
    #[doc(alias = "PyModule_CheckExact")]
    #[doc(alias = "PyModule_Type")]
    #[doc(alias = "PyModuleObject")]
    PyModule: "module", PyAny, PyModule_Check, PyModule_CheckExact, &raw mut ffi::PyModule_Type;
    /// Tracebacks.
    #[doc(alias = "PyTraceBack_Check")]
    #[doc(alias = "PyTraceBack_Type")]
    #[doc(alias = "PyTracebackObject")]
    PyTraceback: "traceback", PyAny, PyTraceBack_Check, PyTraceBack_Check, &raw mut ffi::PyTraceBack_Type;
}

builtin_types! {
    /// The type of `...`, of which there is one object: [`Python::ellipsis`].
    #[doc(alias = "PyEllipsis_Type")]
    PyEllipsis: "ellipsis", PyAny, is_ellipsis, is_ellipsis, &raw mut ffi::PyEllipsis_Type, immortal Py_3_12;
    /// The type of `NotImplemented`, of which there is one object: [`Python::not_implemented`].
    #[doc(alias = "_PyNotImplemented_Type")]
    PyNotImplemented: "NotImplementedType", PyAny, is_not_implemented, is_not_implemented, ffi::not_implemented_type(), immortal Py_3_12;
    /// Complex numbers.
    #[doc(alias = "PyComplex_Check")]
    #[doc(alias = "PyComplex_CheckExact")]
    #[doc(alias = "PyComplex_Type")]
    #[doc(alias = "PyComplexObject")]
    PyComplex: "complex", PyAny, PyComplex_Check, PyComplex_CheckExact, &raw mut ffi::PyComplex_Type;
    /// Mutable sets. The methods that frozensets have as well are those of [`PyAnySet`].
    #[doc(alias = "PySet_Check")]
    #[doc(alias = "PySet_CheckExact")]
    #[doc(alias = "PySet_Type")]
    #[doc(alias = "PySetObject")]
    PySet: "set", PyAnySet, PySet_Check, PySet_CheckExact, &raw mut ffi::PySet_Type;
    /// Immutable sets. The methods that sets have as well are those of [`PyAnySet`].
    #[doc(alias = "PyFrozenSet_Check")]
    #[doc(alias = "PyFrozenSet_CheckExact")]
    #[doc(alias = "PyFrozenSet_Type")]
    #[doc(alias = "PySetObject")]
    PyFrozenSet: "frozenset", PyAnySet, PyFrozenSet_Check, PyFrozenSet_CheckExact, &raw mut ffi::PyFrozenSet_Type;
    /// Mutable bytes.
    #[doc(alias = "PyByteArray_Check")]
    #[doc(alias = "PyByteArray_CheckExact")]
    #[doc(alias = "PyByteArray_Type")]
    #[doc(alias = "PyByteArrayObject")]
    PyByteArray: "bytearray", PyAny, PyByteArray_Check, PyByteArray_CheckExact, &raw mut ffi::PyByteArray_Type;
    /// Views of other objects' memory, as Python code sees them; Rust code asks for a [`buffer`](crate::buffer).
    #[doc(alias = "PyMemoryView_Check")]
    #[doc(alias = "PyMemoryView_Type")]
    #[doc(alias = "PyMemoryViewObject")]
    PyMemoryView: "memoryview", PyAny, PyMemoryView_Check, PyMemoryView_Check, &raw mut ffi::PyMemoryView_Type;
    /// Slices: what stands in `x[start:stop:step]`.
    #[doc(alias = "PySlice_Check")]
    #[doc(alias = "PySlice_Type")]
    #[doc(alias = "PySliceObject")]
    PySlice: "slice", PyAny, PySlice_Check, PySlice_Check, &raw mut ffi::PySlice_Type;
    /// Ranges.
    #[doc(alias = "PyRange_Check")]
    #[doc(alias = "PyRange_Type")]
    PyRange: "range", PyAny, PyRange_Check, PyRange_Check, &raw mut ffi::PyRange_Type;
    /// The keys of a dict, as a view: `dict.keys()` of Python.
    #[doc(alias = "PyDictKeys_Check")]
    #[doc(alias = "PyDictKeys_Type")]
    PyDictKeys: "dict_keys", PyAny, PyDictKeys_Check, is_exact_dict_keys, &raw mut ffi::PyDictKeys_Type;
    /// The values of a dict, as a view: `dict.values()` of Python.
    #[doc(alias = "PyDictValues_Check")]
    #[doc(alias = "PyDictValues_Type")]
    PyDictValues: "dict_values", PyAny, PyDictValues_Check, is_exact_dict_values, &raw mut ffi::PyDictValues_Type;
    /// The items of a dict, as a view: `dict.items()` of Python.
    #[doc(alias = "PyDictItems_Check")]
    #[doc(alias = "PyDictItems_Type")]
    PyDictItems: "dict_items", PyAny, PyDictItems_Check, is_exact_dict_items, &raw mut ffi::PyDictItems_Type;
    /// Read-only views of mappings, such as the `__dict__` of a class.
    #[doc(alias = "PyDictProxy_Type")]
    PyMappingProxy: "mappingproxy", PyAny, is_mapping_proxy, is_mapping_proxy, &raw mut ffi::PyDictProxy_Type;
    /// Iterators over an object with `__getitem__`: [`PyIterator::over_sequence`].
    #[doc(alias = "PySeqIter_Check")]
    #[doc(alias = "PySeqIter_Type")]
    PySeqIter: "iterator", PyIterator, PySeqIter_Check, PySeqIter_Check, &raw mut ffi::PySeqIter_Type;
    /// Iterators that call an object for each item: [`PyIterator::over_calls`].
    #[doc(alias = "PyCallIter_Check")]
    #[doc(alias = "PyCallIter_Type")]
    PyCallIter: "callable_iterator", PyIterator, PyCallIter_Check, PyCallIter_Check, &raw mut ffi::PyCallIter_Type;
    /// Generators. [`send`](crate::Borrowed::send) is a method of any object.
    #[doc(alias = "PyGen_Check")]
    #[doc(alias = "PyGen_CheckExact")]
    #[doc(alias = "PyGen_Type")]
    #[doc(alias = "PyGenObject")]
    PyGenerator: "generator", PyIterator, PyGen_Check, PyGen_CheckExact, &raw mut ffi::PyGen_Type;
    /// What an `async def` function returns.
    #[doc(alias = "PyCoro_CheckExact")]
    #[doc(alias = "PyCoro_Type")]
    #[doc(alias = "PyCoroObject")]
    PyCoroutine: "coroutine", PyAny, PyCoro_CheckExact, PyCoro_CheckExact, &raw mut ffi::PyCoro_Type;
    /// What an `async def` function with `yield` returns.
    #[doc(alias = "PyAsyncGen_CheckExact")]
    #[doc(alias = "PyAsyncGen_Type")]
    #[doc(alias = "PyAsyncGenObject")]
    PyAsyncGenerator: "async_generator", PyAny, PyAsyncGen_CheckExact, PyAsyncGen_CheckExact, &raw mut ffi::PyAsyncGen_Type;
    /// Functions written in Python.
    #[doc(alias = "PyFunction_Check")]
    #[doc(alias = "PyFunction_Type")]
    #[doc(alias = "PyFunctionObject")]
    PyFunction: "function", PyAny, PyFunction_Check, PyFunction_Check, &raw mut ffi::PyFunction_Type;
    /// Code objects.
    #[doc(alias = "PyCode_Check")]
    #[doc(alias = "PyCode_Type")]
    #[doc(alias = "PyCodeObject")]
    PyCode: "code", PyAny, PyCode_Check, PyCode_Check, &raw mut ffi::PyCode_Type;
    /// Cells: variables that a function shares with its inner functions.
    #[doc(alias = "PyCell_Check")]
    #[doc(alias = "PyCell_Type")]
    #[doc(alias = "PyCellObject")]
    PyCell: "cell", PyAny, PyCell_Check, PyCell_Check, &raw mut ffi::PyCell_Type;
    /// Frames: calls of Python code.
    #[doc(alias = "PyFrame_Check")]
    #[doc(alias = "PyFrame_Type")]
    #[doc(alias = "PyFrameObject")]
    PyFrame: "frame", PyAny, PyFrame_Check, PyFrame_Check, &raw mut ffi::PyFrame_Type;
    /// Weak references.
    #[doc(alias = "PyWeakref_CheckRef")]
    #[doc(alias = "PyWeakref_CheckRefExact")]
    #[doc(alias = "_PyWeakref_RefType")]
    #[doc(alias = "PyWeakReference")]
    PyWeakref: "weakref", PyAny, PyWeakref_CheckRef, PyWeakref_CheckRefExact, &raw mut ffi::_PyWeakref_RefType;
    /// Capsules: pointers of C, or Rust values, as Python objects.
    #[doc(alias = "PyCapsule_CheckExact")]
    #[doc(alias = "PyCapsule_Type")]
    PyCapsule: "PyCapsule", PyAny, PyCapsule_CheckExact, PyCapsule_CheckExact, &raw mut ffi::PyCapsule_Type;
    /// Generic aliases, such as `list[int]`.
    #[doc(alias = "Py_GenericAliasType")]
    PyGenericAlias: "types.GenericAlias", PyAny, is_generic_alias, is_exact_generic_alias, &raw mut ffi::Py_GenericAliasType;
    /// Contexts: the values of all context variables.
    #[doc(alias = "PyContext_CheckExact")]
    #[doc(alias = "PyContext_Type")]
    PyContext: "Context", PyAny, PyContext_CheckExact, PyContext_CheckExact, &raw mut ffi::PyContext_Type;
    /// Context variables.
    #[doc(alias = "PyContextVar_CheckExact")]
    #[doc(alias = "PyContextVar_Type")]
    PyContextVar: "ContextVar", PyAny, PyContextVar_CheckExact, PyContextVar_CheckExact, &raw mut ffi::PyContextVar_Type;
    /// What setting a context variable returns: it can restore the old value.
    #[doc(alias = "PyContextToken_CheckExact")]
    #[doc(alias = "PyContextToken_Type")]
    PyContextToken: "Token", PyAny, PyContextToken_CheckExact, PyContextToken_CheckExact, &raw mut ffi::PyContextToken_Type;
}

#[cfg(Py_3_15)]
builtin_types! {
    /// Immutable dictionaries, from CPython 3.15 on: the type does not exist in builds for older versions. It is not derived
    /// from `dict`.
    #[doc(alias = "PyFrozenDict_Check")]
    #[doc(alias = "PyFrozenDict_CheckExact")]
    #[doc(alias = "PyFrozenDict_Type")]
    PyFrozenDict: "frozendict", PyAny, PyFrozenDict_Check, PyFrozenDict_CheckExact, &raw mut ffi::PyFrozenDict_Type;
}

builtin_types! {
    /// Bound methods of Python functions.
    #[doc(alias = "PyMethod_Check")]
    #[doc(alias = "PyMethod_Type")]
    #[doc(alias = "PyMethodObject")]
    PyMethod: "method", PyAny, PyMethod_Check, PyMethod_Check, &raw mut ffi::PyMethod_Type;
    /// Functions and methods written in C.
    #[doc(alias = "PyCFunction_Check")]
    #[doc(alias = "PyCFunction_CheckExact")]
    #[doc(alias = "PyCFunction_Type")]
    #[doc(alias = "PyCFunctionObject")]
    PyCFunction: "builtin_function_or_method", PyAny, PyCFunction_Check, PyCFunction_CheckExact, &raw mut ffi::PyCFunction_Type;
    /// Methods written in C that know the class that they were defined in.
    #[doc(alias = "PyCMethod_Check")]
    #[doc(alias = "PyCMethod_CheckExact")]
    #[doc(alias = "PyCMethod_Type")]
    #[doc(alias = "PyCMethodObject")]
    PyCMethod: "builtin_method", PyCFunction, PyCMethod_Check, PyCMethod_CheckExact, &raw mut ffi::PyCMethod_Type;
}
