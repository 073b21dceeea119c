//! Numbers and text from and to Rust.

use std::ffi::c_int;
use std::ptr;

use pyptr::ffi::{self, PyObject};
use pyptr::types::{BytesBuilder, PyAny, PyDate, PyDateTime, PyFloat, PyInt, PyString, PyType};
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
        let message = c"int does not fit into a signed 64-bit integer".as_ptr();
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

#[unsafe(no_mangle)]
pub extern "C" fn typed_hash(text: &Borrowed<'_, PyString>) -> isize {
    text.hash().unwrap_or(0)
}

// What is written is known, and how long it is.

#[unsafe(no_mangle)]
pub extern "C" fn typed_slices(bytes: &mut BytesBuilder<'_>, length: u8, rest: &[u8; 8]) {
    bytes.extend_from_slices([&[0xd9, length], rest]);
}

// Types.

#[unsafe(no_mangle)]
pub extern "C" fn typed_date(object: &Borrowed<'_, PyAny>) -> bool {
    object.cast::<PyDate>().is_ok()
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_date_exact(object: &Borrowed<'_, PyAny>) -> bool {
    object.cast_exact::<PyDateTime>().is_ok()
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_type_of<'py>(object: &Borrowed<'py, PyAny>) -> Owned<'py, PyType> {
    object.type_of()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_type_of(object: *mut PyObject) -> *mut PyObject {
    unsafe { ffi::Py_NewRef(ffi::Py_TYPE(object).cast()) }
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_has_own<'py>(
    class: &Borrowed<'py, PyType>,
    name: &Borrowed<'py, PyString>,
) -> bool {
    class.has_own(name).unwrap_or(false)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_has_own(class: *mut PyObject, name: *mut PyObject) -> bool {
    #[cold]
    #[inline(never)]
    fn cleared() -> bool {
        unsafe { ffi::PyErr_Clear() };
        false
    }

    unsafe {
        match ffi::PyDict_Contains((*class.cast::<ffi::PyTypeObject>()).tp_dict, name) {
            -1 => cleared(),
            truth => truth != 0,
        }
    }
}
