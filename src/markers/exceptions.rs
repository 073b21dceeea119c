//! The builtin exception types, one line each.

use crate::ffi;
use crate::refs::{Borrowed, Object, PyAny, Python, Subtype, TypeCheck, TypeObject};

/// A builtin exception type: what [`Python::raise`] raises and [`Raised::catch`](crate::Raised::catch)
/// catches.
///
/// # Safety
/// The type object is a subclass of `BaseException`.
pub unsafe trait Exception: TypeObject + Subtype {}

/// Declares the exception types: documentation, marker, Python's name, base, the C API's variable.
macro_rules! exceptions {
    ($($(#[$doc:meta])* $marker:ident: $name:literal, $base:ident, $pointer:ident;)*) => { $(
        #[doc = concat!("Python's [`", $name, "`](https://docs.python.org/3/library/exceptions.html#", $name, ").")]
        $(#[$doc])*
        pub enum $marker {}

        // SAFETY: exceptions are counted like any object.
        unsafe impl Object for $marker {
            const NAME: &'static str = $name;
        }

        // SAFETY: the base class as in CPython's exceptions.c; an instance of a class is one of its bases.
        unsafe impl Subtype for $marker {
            type Base = $base;
        }

        // SAFETY: both functions test for the type object that `type_ptr` returns.
        unsafe impl TypeCheck for $marker {
            #[inline]
            fn is_type_of(object: &Borrowed<'_, PyAny>) -> bool {
                is_instance(object, Self::type_ptr(object.py()))
            }

            #[inline]
            fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool {
                is_exact_instance(object, Self::type_ptr(object.py()))
            }
        }

        // SAFETY: the variable holds the type object, which lives as long as the interpreter.
        unsafe impl TypeObject for $marker {
            #[inline]
            fn type_ptr(_py: Python<'_>) -> *mut ffi::PyTypeObject {
                // SAFETY: the variable is written once, before any thread is attached.
                unsafe { ffi::$pointer }.cast()
            }
        }

        // SAFETY: a class of the builtin exception hierarchy.
        unsafe impl Exception for $marker {}
    )* };
}

#[inline]
fn is_instance(object: &Borrowed<'_, PyAny>, kind: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: both are live objects; the test walks the MRO and runs no Python code.
    unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), kind) != 0 }
}

#[inline]
fn is_exact_instance(object: &Borrowed<'_, PyAny>, kind: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: a live object.
    unsafe { ffi::Py_IS_TYPE(object.as_ptr(), kind) != 0 }
}

exceptions! {
    #[doc = ""]
    #[cfg_attr(doc, doc = include_str!("../types/pages/PyBaseException.md"))]
    #[doc(alias = "PyExc_BaseException")]
    #[doc(alias = "PyBaseExceptionObject")]
    #[doc(alias = "PyExceptionInstance_Check")]
    PyBaseException: "BaseException", PyAny, PyExc_BaseException;
    #[doc(alias = "PyExc_Exception")]
    PyException: "Exception", PyBaseException, PyExc_Exception;
    #[doc(alias = "PyExc_KeyboardInterrupt")]
    PyKeyboardInterrupt: "KeyboardInterrupt", PyBaseException, PyExc_KeyboardInterrupt;
    #[doc(alias = "PyExc_StopIteration")]
    PyStopIteration: "StopIteration", PyException, PyExc_StopIteration;
    #[doc(alias = "PyExc_ArithmeticError")]
    PyArithmeticError: "ArithmeticError", PyException, PyExc_ArithmeticError;
    #[doc(alias = "PyExc_OverflowError")]
    PyOverflowError: "OverflowError", PyArithmeticError, PyExc_OverflowError;
    #[doc(alias = "PyExc_ZeroDivisionError")]
    PyZeroDivisionError: "ZeroDivisionError", PyArithmeticError, PyExc_ZeroDivisionError;
    #[doc(alias = "PyExc_AttributeError")]
    PyAttributeError: "AttributeError", PyException, PyExc_AttributeError;
    #[doc(alias = "PyExc_ImportError")]
    PyImportError: "ImportError", PyException, PyExc_ImportError;
    #[doc(alias = "PyExc_LookupError")]
    PyLookupError: "LookupError", PyException, PyExc_LookupError;
    #[doc(alias = "PyExc_IndexError")]
    PyIndexError: "IndexError", PyLookupError, PyExc_IndexError;
    #[doc(alias = "PyExc_KeyError")]
    PyKeyError: "KeyError", PyLookupError, PyExc_KeyError;
    #[doc(alias = "PyExc_MemoryError")]
    PyMemoryError: "MemoryError", PyException, PyExc_MemoryError;
    #[doc(alias = "PyExc_OSError")]
    PyOSError: "OSError", PyException, PyExc_OSError;
    #[doc(alias = "PyExc_RuntimeError")]
    PyRuntimeError: "RuntimeError", PyException, PyExc_RuntimeError;
    #[doc(alias = "PyExc_NotImplementedError")]
    PyNotImplementedError: "NotImplementedError", PyRuntimeError, PyExc_NotImplementedError;
    #[doc(alias = "PyExc_SystemError")]
    PySystemError: "SystemError", PyException, PyExc_SystemError;
    #[doc(alias = "PyExc_TypeError")]
    PyTypeError: "TypeError", PyException, PyExc_TypeError;
    #[doc(alias = "PyExc_ValueError")]
    PyValueError: "ValueError", PyException, PyExc_ValueError;
}

exceptions! {
    #[doc(alias = "PyExc_SystemExit")]
    PySystemExit: "SystemExit", PyBaseException, PyExc_SystemExit;
    #[doc(alias = "PyExc_GeneratorExit")]
    PyGeneratorExit: "GeneratorExit", PyBaseException, PyExc_GeneratorExit;
    #[doc(alias = "PyExc_StopAsyncIteration")]
    PyStopAsyncIteration: "StopAsyncIteration", PyException, PyExc_StopAsyncIteration;
    #[doc(alias = "PyExc_FloatingPointError")]
    PyFloatingPointError: "FloatingPointError", PyArithmeticError, PyExc_FloatingPointError;
    #[doc(alias = "PyExc_AssertionError")]
    PyAssertionError: "AssertionError", PyException, PyExc_AssertionError;
    #[doc(alias = "PyExc_BufferError")]
    PyBufferError: "BufferError", PyException, PyExc_BufferError;
    #[doc(alias = "PyExc_EOFError")]
    PyEOFError: "EOFError", PyException, PyExc_EOFError;
    #[doc(alias = "PyExc_ModuleNotFoundError")]
    PyModuleNotFoundError: "ModuleNotFoundError", PyImportError, PyExc_ModuleNotFoundError;
    #[doc(alias = "PyExc_NameError")]
    PyNameError: "NameError", PyException, PyExc_NameError;
    #[doc(alias = "PyExc_UnboundLocalError")]
    PyUnboundLocalError: "UnboundLocalError", PyNameError, PyExc_UnboundLocalError;
    #[doc(alias = "PyExc_BlockingIOError")]
    PyBlockingIOError: "BlockingIOError", PyOSError, PyExc_BlockingIOError;
    #[doc(alias = "PyExc_ChildProcessError")]
    PyChildProcessError: "ChildProcessError", PyOSError, PyExc_ChildProcessError;
    #[doc(alias = "PyExc_ConnectionError")]
    PyConnectionError: "ConnectionError", PyOSError, PyExc_ConnectionError;
    #[doc(alias = "PyExc_BrokenPipeError")]
    PyBrokenPipeError: "BrokenPipeError", PyConnectionError, PyExc_BrokenPipeError;
    #[doc(alias = "PyExc_ConnectionAbortedError")]
    PyConnectionAbortedError: "ConnectionAbortedError", PyConnectionError, PyExc_ConnectionAbortedError;
    #[doc(alias = "PyExc_ConnectionRefusedError")]
    PyConnectionRefusedError: "ConnectionRefusedError", PyConnectionError, PyExc_ConnectionRefusedError;
    #[doc(alias = "PyExc_ConnectionResetError")]
    PyConnectionResetError: "ConnectionResetError", PyConnectionError, PyExc_ConnectionResetError;
    #[doc(alias = "PyExc_FileExistsError")]
    PyFileExistsError: "FileExistsError", PyOSError, PyExc_FileExistsError;
    #[doc(alias = "PyExc_FileNotFoundError")]
    PyFileNotFoundError: "FileNotFoundError", PyOSError, PyExc_FileNotFoundError;
    #[doc(alias = "PyExc_InterruptedError")]
    PyInterruptedError: "InterruptedError", PyOSError, PyExc_InterruptedError;
    #[doc(alias = "PyExc_IsADirectoryError")]
    PyIsADirectoryError: "IsADirectoryError", PyOSError, PyExc_IsADirectoryError;
    #[doc(alias = "PyExc_NotADirectoryError")]
    PyNotADirectoryError: "NotADirectoryError", PyOSError, PyExc_NotADirectoryError;
    #[doc(alias = "PyExc_PermissionError")]
    PyPermissionError: "PermissionError", PyOSError, PyExc_PermissionError;
    #[doc(alias = "PyExc_ProcessLookupError")]
    PyProcessLookupError: "ProcessLookupError", PyOSError, PyExc_ProcessLookupError;
    #[doc(alias = "PyExc_TimeoutError")]
    PyTimeoutError: "TimeoutError", PyOSError, PyExc_TimeoutError;
    #[doc(alias = "PyExc_ReferenceError")]
    PyReferenceError: "ReferenceError", PyException, PyExc_ReferenceError;
    #[doc(alias = "PyExc_RecursionError")]
    PyRecursionError: "RecursionError", PyRuntimeError, PyExc_RecursionError;
    #[doc(alias = "PyExc_SyntaxError")]
    PySyntaxError: "SyntaxError", PyException, PyExc_SyntaxError;
    #[doc(alias = "PyExc_IndentationError")]
    PyIndentationError: "IndentationError", PySyntaxError, PyExc_IndentationError;
    #[doc(alias = "PyExc_TabError")]
    PyTabError: "TabError", PyIndentationError, PyExc_TabError;
    #[doc = ""]
    #[cfg_attr(doc, doc = include_str!("../types/pages/PyUnicodeError.md"))]
    #[doc(alias = "PyExc_UnicodeError")]
    PyUnicodeError: "UnicodeError", PyValueError, PyExc_UnicodeError;
    #[doc = ""]
    #[cfg_attr(doc, doc = include_str!("../types/pages/PyUnicodeDecodeError.md"))]
    #[doc(alias = "PyExc_UnicodeDecodeError")]
    PyUnicodeDecodeError: "UnicodeDecodeError", PyUnicodeError, PyExc_UnicodeDecodeError;
    #[doc(alias = "PyExc_UnicodeEncodeError")]
    PyUnicodeEncodeError: "UnicodeEncodeError", PyUnicodeError, PyExc_UnicodeEncodeError;
    #[doc(alias = "PyExc_UnicodeTranslateError")]
    PyUnicodeTranslateError: "UnicodeTranslateError", PyUnicodeError, PyExc_UnicodeTranslateError;
    #[doc(alias = "PyExc_Warning")]
    PyWarning: "Warning", PyException, PyExc_Warning;
    #[doc(alias = "PyExc_DeprecationWarning")]
    PyDeprecationWarning: "DeprecationWarning", PyWarning, PyExc_DeprecationWarning;
    #[doc(alias = "PyExc_PendingDeprecationWarning")]
    PyPendingDeprecationWarning: "PendingDeprecationWarning", PyWarning, PyExc_PendingDeprecationWarning;
    #[doc(alias = "PyExc_RuntimeWarning")]
    PyRuntimeWarning: "RuntimeWarning", PyWarning, PyExc_RuntimeWarning;
    #[doc(alias = "PyExc_SyntaxWarning")]
    PySyntaxWarning: "SyntaxWarning", PyWarning, PyExc_SyntaxWarning;
    #[doc(alias = "PyExc_UserWarning")]
    PyUserWarning: "UserWarning", PyWarning, PyExc_UserWarning;
    #[doc(alias = "PyExc_FutureWarning")]
    PyFutureWarning: "FutureWarning", PyWarning, PyExc_FutureWarning;
    #[doc(alias = "PyExc_ImportWarning")]
    PyImportWarning: "ImportWarning", PyWarning, PyExc_ImportWarning;
    #[doc(alias = "PyExc_UnicodeWarning")]
    PyUnicodeWarning: "UnicodeWarning", PyWarning, PyExc_UnicodeWarning;
    #[doc(alias = "PyExc_BytesWarning")]
    PyBytesWarning: "BytesWarning", PyWarning, PyExc_BytesWarning;
    #[doc(alias = "PyExc_ResourceWarning")]
    PyResourceWarning: "ResourceWarning", PyWarning, PyExc_ResourceWarning;
    #[doc(alias = "PyExc_EncodingWarning")]
    PyEncodingWarning: "EncodingWarning", PyWarning, PyExc_EncodingWarning;
}

#[cfg(Py_3_11)]
exceptions! {
    ///
    /// From 3.11 on. `ExceptionGroup`, which has no name in C, is derived from it.
    #[doc(alias = "PyExc_BaseExceptionGroup")]
    PyBaseExceptionGroup: "BaseExceptionGroup", PyBaseException, PyExc_BaseExceptionGroup;
}
