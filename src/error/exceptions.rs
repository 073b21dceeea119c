//! The builtin exception types, one line each.

use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Object, Subtype, TypeCheck, TypeObject};
use crate::types::PyAny;

/// A builtin exception type: what [`Python::raise`] raises and [`Raised::catch`](super::Raised::catch)
/// catches.
///
/// # Safety
/// The type object is a subclass of `BaseException`.
pub unsafe trait Exception: TypeObject + Subtype {}

/// Declares the exception types: marker, Python's name, base, the C API's variable.
macro_rules! exceptions {
    ($($marker:ident: $name:literal, $base:ident, $pointer:ident;)*) => { $(
        #[doc = concat!("Python's [`", $name, "`](https://docs.python.org/3/library/exceptions.html#", $name, ").")]
        pub enum $marker {}

        // SAFETY: exceptions are counted like any object.
        unsafe impl Object for $marker {
            const NAME: &'static str = $name;
        }

        // SAFETY: the class statement of CPython's exceptions.c; a subclass's instances are the base's.
        unsafe impl Subtype for $marker {
            type Base = $base;
        }

        // SAFETY: both ask for the very type object.
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
    PyBaseException: "BaseException", PyAny, PyExc_BaseException;
    PyException: "Exception", PyBaseException, PyExc_Exception;
    PySystemExit: "SystemExit", PyBaseException, PyExc_SystemExit;
    PyKeyboardInterrupt: "KeyboardInterrupt", PyBaseException, PyExc_KeyboardInterrupt;
    PyGeneratorExit: "GeneratorExit", PyBaseException, PyExc_GeneratorExit;
    PyStopIteration: "StopIteration", PyException, PyExc_StopIteration;
    PyStopAsyncIteration: "StopAsyncIteration", PyException, PyExc_StopAsyncIteration;
    PyArithmeticError: "ArithmeticError", PyException, PyExc_ArithmeticError;
    PyFloatingPointError: "FloatingPointError", PyArithmeticError, PyExc_FloatingPointError;
    PyOverflowError: "OverflowError", PyArithmeticError, PyExc_OverflowError;
    PyZeroDivisionError: "ZeroDivisionError", PyArithmeticError, PyExc_ZeroDivisionError;
    PyAssertionError: "AssertionError", PyException, PyExc_AssertionError;
    PyAttributeError: "AttributeError", PyException, PyExc_AttributeError;
    PyBufferError: "BufferError", PyException, PyExc_BufferError;
    PyEOFError: "EOFError", PyException, PyExc_EOFError;
    PyImportError: "ImportError", PyException, PyExc_ImportError;
    PyModuleNotFoundError: "ModuleNotFoundError", PyImportError, PyExc_ModuleNotFoundError;
    PyLookupError: "LookupError", PyException, PyExc_LookupError;
    PyIndexError: "IndexError", PyLookupError, PyExc_IndexError;
    PyKeyError: "KeyError", PyLookupError, PyExc_KeyError;
    PyMemoryError: "MemoryError", PyException, PyExc_MemoryError;
    PyNameError: "NameError", PyException, PyExc_NameError;
    PyUnboundLocalError: "UnboundLocalError", PyNameError, PyExc_UnboundLocalError;
    PyOSError: "OSError", PyException, PyExc_OSError;
    PyBlockingIOError: "BlockingIOError", PyOSError, PyExc_BlockingIOError;
    PyChildProcessError: "ChildProcessError", PyOSError, PyExc_ChildProcessError;
    PyConnectionError: "ConnectionError", PyOSError, PyExc_ConnectionError;
    PyBrokenPipeError: "BrokenPipeError", PyConnectionError, PyExc_BrokenPipeError;
    PyConnectionAbortedError: "ConnectionAbortedError", PyConnectionError, PyExc_ConnectionAbortedError;
    PyConnectionRefusedError: "ConnectionRefusedError", PyConnectionError, PyExc_ConnectionRefusedError;
    PyConnectionResetError: "ConnectionResetError", PyConnectionError, PyExc_ConnectionResetError;
    PyFileExistsError: "FileExistsError", PyOSError, PyExc_FileExistsError;
    PyFileNotFoundError: "FileNotFoundError", PyOSError, PyExc_FileNotFoundError;
    PyInterruptedError: "InterruptedError", PyOSError, PyExc_InterruptedError;
    PyIsADirectoryError: "IsADirectoryError", PyOSError, PyExc_IsADirectoryError;
    PyNotADirectoryError: "NotADirectoryError", PyOSError, PyExc_NotADirectoryError;
    PyPermissionError: "PermissionError", PyOSError, PyExc_PermissionError;
    PyProcessLookupError: "ProcessLookupError", PyOSError, PyExc_ProcessLookupError;
    PyTimeoutError: "TimeoutError", PyOSError, PyExc_TimeoutError;
    PyReferenceError: "ReferenceError", PyException, PyExc_ReferenceError;
    PyRuntimeError: "RuntimeError", PyException, PyExc_RuntimeError;
    PyNotImplementedError: "NotImplementedError", PyRuntimeError, PyExc_NotImplementedError;
    PyRecursionError: "RecursionError", PyRuntimeError, PyExc_RecursionError;
    PySyntaxError: "SyntaxError", PyException, PyExc_SyntaxError;
    PyIndentationError: "IndentationError", PySyntaxError, PyExc_IndentationError;
    PyTabError: "TabError", PyIndentationError, PyExc_TabError;
    PySystemError: "SystemError", PyException, PyExc_SystemError;
    PyTypeError: "TypeError", PyException, PyExc_TypeError;
    PyValueError: "ValueError", PyException, PyExc_ValueError;
    PyUnicodeError: "UnicodeError", PyValueError, PyExc_UnicodeError;
    PyUnicodeDecodeError: "UnicodeDecodeError", PyUnicodeError, PyExc_UnicodeDecodeError;
    PyUnicodeEncodeError: "UnicodeEncodeError", PyUnicodeError, PyExc_UnicodeEncodeError;
    PyUnicodeTranslateError: "UnicodeTranslateError", PyUnicodeError, PyExc_UnicodeTranslateError;
    PyWarning: "Warning", PyException, PyExc_Warning;
    PyDeprecationWarning: "DeprecationWarning", PyWarning, PyExc_DeprecationWarning;
    PyPendingDeprecationWarning: "PendingDeprecationWarning", PyWarning, PyExc_PendingDeprecationWarning;
    PyRuntimeWarning: "RuntimeWarning", PyWarning, PyExc_RuntimeWarning;
    PySyntaxWarning: "SyntaxWarning", PyWarning, PyExc_SyntaxWarning;
    PyUserWarning: "UserWarning", PyWarning, PyExc_UserWarning;
    PyFutureWarning: "FutureWarning", PyWarning, PyExc_FutureWarning;
    PyImportWarning: "ImportWarning", PyWarning, PyExc_ImportWarning;
    PyUnicodeWarning: "UnicodeWarning", PyWarning, PyExc_UnicodeWarning;
    PyBytesWarning: "BytesWarning", PyWarning, PyExc_BytesWarning;
    PyResourceWarning: "ResourceWarning", PyWarning, PyExc_ResourceWarning;
    PyEncodingWarning: "EncodingWarning", PyWarning, PyExc_EncodingWarning;
}
