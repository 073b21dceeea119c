//! Pairs of functions that do the same, typed and on raw `pyo3_ffi`: tests/codegen.rs compares their
//! instructions. Compiled as a crate of its own, in release mode.
//!
//! The raw ones are what one writes by hand with every check, and nothing that only the typed one needs.
//! Where the typed one returns a `PyResult`, it is the word that the raw one returns: NULL is `Err`.

#![allow(improper_ctypes_definitions, clippy::missing_safety_doc)]

use std::ptr;

use pyptr::ffi::{self, Py_ssize_t, PyObject};
use pyptr::types::{PyAny, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, Returned};

unsafe fn raw_str(text: &str) -> *mut PyObject {
    unsafe { ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as Py_ssize_t) }
}

// DESIGN's example: a borrowed str is taken, appended to, and handed back.

#[unsafe(no_mangle)]
pub extern "C" fn typed_append<'py>(
    left: &Borrowed<'py, PyString>,
) -> PyResult<'py, Owned<'py, PyString>> {
    let right = PyString::new(left.py(), "right")?;
    left.to_owned().append(&right)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_append(left: *mut PyObject) -> *mut PyObject {
    unsafe {
        let right = raw_str("right");
        if right.is_null() {
            return ptr::null_mut();
        }
        ffi::Py_INCREF(left);
        let mut result = left;
        ffi::PyUnicode_Append(&mut result, right);
        ffi::Py_DECREF(right);
        result
    }
}

// Taking and releasing one reference.

#[unsafe(no_mangle)]
pub extern "C" fn typed_new_ref<'py>(object: &Borrowed<'py, PyAny>) -> Owned<'py, PyAny> {
    object.new_ref()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_new_ref(object: *mut PyObject) -> *mut PyObject {
    unsafe { ffi::Py_INCREF(object) };
    object
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_drop(object: Owned<'_, PyAny>) {
    drop(object);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_drop(object: *mut PyObject) {
    unsafe { ffi::Py_DECREF(object) };
}

// A reference held during a call.

#[unsafe(no_mangle)]
pub extern "C" fn typed_hold(object: &Borrowed<'_, PyString>) -> usize {
    let held = object.new_ref();
    held.len()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_hold(object: *mut PyObject) -> usize {
    unsafe {
        ffi::Py_INCREF(object);
        let length = ffi::PyUnicode_GetLength(object) as usize;
        ffi::Py_DECREF(object);
        length
    }
}

// `?` on results that may be NULL, with something to release on the way out.

#[unsafe(no_mangle)]
pub extern "C" fn typed_question_mark<'py>(
    object: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyString>> {
    let left = object.str()?;
    let right = object.repr()?;
    left.concat(&right)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_question_mark(object: *mut PyObject) -> *mut PyObject {
    unsafe {
        let left = ffi::PyObject_Str(object);
        if left.is_null() {
            return ptr::null_mut();
        }
        let right = ffi::PyObject_Repr(object);
        if right.is_null() {
            ffi::Py_DECREF(left);
            return ptr::null_mut();
        }
        let result = ffi::PyUnicode_Concat(left, right);
        ffi::Py_DECREF(right);
        ffi::Py_DECREF(left);
        result
    }
}

// A tuple's item, bounds checked.

#[unsafe(no_mangle)]
pub extern "C" fn typed_tuple_item<'a, 'py>(
    tuple: &'a Borrowed<'py, PyTuple>,
    index: usize,
) -> Option<&'a Borrowed<'py, PyAny>> {
    tuple.get(index)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_tuple_item(tuple: *mut PyObject, index: usize) -> *mut PyObject {
    unsafe {
        if index >= ffi::PyTuple_GET_SIZE(tuple) as usize {
            return ptr::null_mut();
        }
        ffi::PyTuple_GET_ITEM(tuple, index as Py_ssize_t)
    }
}

// Casts.

#[unsafe(no_mangle)]
pub extern "C" fn typed_cast_exact<'a, 'py>(
    object: &'a Borrowed<'py, PyAny>,
) -> Option<&'a Borrowed<'py, PyString>> {
    object.cast_exact().ok()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_cast_exact(object: *mut PyObject) -> *mut PyObject {
    if unsafe { ffi::PyUnicode_CheckExact(object) } != 0 {
        object
    } else {
        ptr::null_mut()
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_cast<'a, 'py>(
    object: &'a Borrowed<'py, PyAny>,
) -> Option<&'a Borrowed<'py, PyTuple>> {
    object.cast().ok()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_cast(object: *mut PyObject) -> *mut PyObject {
    if unsafe { ffi::PyTuple_Check(object) } != 0 {
        object
    } else {
        ptr::null_mut()
    }
}

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

// A function that Python calls. The typed one tests its result, because `Err` without an exception set
// becomes a `SystemError`; the raw one trusts it.

#[unsafe(no_mangle)]
pub extern "C" fn typed_returned<'py>(
    _module: Option<&Borrowed<'py, PyAny>>,
    object: &Borrowed<'py, PyAny>,
) -> Returned<'py, PyString> {
    fn body<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
        let left = object.str()?;
        // Not `concat_str`, which makes no str of the right side as the raw function does.
        left.concat(&*PyString::new(object.py(), "!")?)
    }
    body(object).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_returned(
    _module: *mut PyObject,
    object: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        let left = ffi::PyObject_Str(object);
        if left.is_null() {
            return ptr::null_mut();
        }
        let right = raw_str("!");
        if right.is_null() {
            ffi::Py_DECREF(left);
            return ptr::null_mut();
        }
        let result = ffi::PyUnicode_Concat(left, right);
        ffi::Py_DECREF(right);
        ffi::Py_DECREF(left);
        result
    }
}

// A new reference to a singleton: no instruction where it is immortal.

#[unsafe(no_mangle)]
pub extern "C" fn typed_none<'py>(object: &Borrowed<'py, PyAny>) -> Returned<'py, PyAny> {
    object.py().none().new_ref().into_any().into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_none(_object: *mut PyObject) -> *mut PyObject {
    unsafe {
        let none = ffi::Py_None();
        ffi::Py_INCREF(none);
        none
    }
}
