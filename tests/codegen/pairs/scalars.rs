//! Numbers and text from and to Rust.

use std::ffi::c_int;
use std::ptr;

use pyptr::ffi::{self, PyObject};
use pyptr::types::{PyAny, PyFloat, PyInt, PyString};
use pyptr::{Borrowed, Owned, PyResult};

#[unsafe(no_mangle)]
pub extern "C" fn typed_int_new<'py>(
    object: &Borrowed<'py, PyAny>,
    value: i64,
) -> PyResult<'py, Owned<'py, PyInt>> {
    PyInt::new(object.py(), value)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_int_new(_object: *mut PyObject, value: i64) -> *mut PyObject {
    unsafe { ffi::PyLong_FromLongLong(value) }
}

// There and back again; what does not fit is an error.

#[unsafe(no_mangle)]
pub extern "C" fn typed_int_to_native<'py>(
    number: &Borrowed<'py, PyInt>,
) -> PyResult<'py, Owned<'py, PyInt>> {
    PyInt::new(number.py(), number.to_i64()?.wrapping_add(1))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_int_to_native(number: *mut PyObject) -> *mut PyObject {
    #[cold]
    #[inline(never)]
    fn does_not_fit() -> *mut PyObject {
        let message = c"int does not fit into i64".as_ptr();
        unsafe { ffi::PyErr_SetString(ffi::PyExc_OverflowError, message) };
        ptr::null_mut()
    }

    unsafe {
        let mut overflow: c_int = 0;
        let value = ffi::PyLong_AsLongLongAndOverflow(number, &mut overflow);
        if overflow != 0 {
            return does_not_fit();
        }
        ffi::PyLong_FromLongLong(value.wrapping_add(1))
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_float<'py>(
    left: &Borrowed<'py, PyFloat>,
    right: &Borrowed<'py, PyFloat>,
) -> PyResult<'py, Owned<'py, PyFloat>> {
    PyFloat::new(left.py(), left.value() + right.value())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_float(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
    unsafe { ffi::PyFloat_FromDouble(ffi::PyFloat_AS_DOUBLE(left) + ffi::PyFloat_AS_DOUBLE(right)) }
}

// Text is read from where it is.

#[unsafe(no_mangle)]
pub extern "C" fn typed_text(text: &Borrowed<'_, PyString>) -> usize {
    text.to_str().map_or(0, str::len)
}
