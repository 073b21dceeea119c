//! Attributes, calls into Python, comparisons.

use std::ptr;

use pyptr::ffi::{self, PyObject};
use pyptr::types::{CompareOp, PyAny, PyString};
use pyptr::{Borrowed, Owned, PyResult};

// An attribute by an interned name.

#[unsafe(no_mangle)]
pub extern "C" fn typed_getattr<'py>(
    object: &Borrowed<'py, PyAny>,
    name: &Borrowed<'py, PyString>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    object.getattr(name)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_getattr(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    unsafe { ffi::PyObject_GetAttr(object, name) }
}

// Vectorcall, with the slot in front that a bound method may use.

#[unsafe(no_mangle)]
pub extern "C" fn typed_call<'py>(
    function: &Borrowed<'py, PyAny>,
    left: &Borrowed<'py, PyAny>,
    right: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    function.call([left, right])
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_call(
    function: *mut PyObject,
    left: *mut PyObject,
    right: *mut PyObject,
) -> *mut PyObject {
    let mut stack = [ptr::null_mut(), left, right];
    unsafe {
        ffi::PyObject_Vectorcall(
            function,
            stack.as_mut_ptr().add(1),
            2 | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
            ptr::null_mut(),
        )
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_call_method<'py>(
    object: &Borrowed<'py, PyAny>,
    name: &Borrowed<'py, PyString>,
    argument: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    object.call_method(name, [argument])
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_call_method(
    object: *mut PyObject,
    name: *mut PyObject,
    argument: *mut PyObject,
) -> *mut PyObject {
    let stack = [object, argument];
    unsafe {
        ffi::PyObject_VectorcallMethod(
            name,
            stack.as_ptr(),
            2 | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
            ptr::null_mut(),
        )
    }
}

// A comparison, whose truth chooses between two objects.

#[unsafe(no_mangle)]
pub extern "C" fn typed_compare<'a, 'py>(
    left: &'a Borrowed<'py, PyAny>,
    right: &'a Borrowed<'py, PyAny>,
) -> PyResult<'py, &'a Borrowed<'py, PyAny>> {
    match left.compare(right, CompareOp::Lt)? {
        true => Ok(left),
        false => Ok(right),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_compare(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
    match unsafe { ffi::PyObject_RichCompareBool(left, right, ffi::Py_LT) } {
        -1 => ptr::null_mut(),
        0 => right,
        _ => left,
    }
}
