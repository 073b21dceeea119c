//! References taken, released, handed on; casts.

use std::ptr;

use pyptr::ffi::{self, PyObject};
use pyptr::types::{PyAny, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, Returned, Shared};

use crate::raw_str;

// DESIGN's example: a borrowed str is taken, appended to, and handed back.

#[unsafe(no_mangle)]
pub extern "C" fn typed_append<'py>(
    left: &Borrowed<'py, PyString>,
) -> PyResult<'py, Owned<'py, PyString>> {
    let right = PyString::new(left.py(), "!")?;
    left.to_owned().append(&right)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_append(left: *mut PyObject) -> *mut PyObject {
    unsafe {
        let right = raw_str("!");
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

// The same under its other name.

#[unsafe(no_mangle)]
pub extern "C" fn typed_to_owned<'py>(text: &Borrowed<'py, PyString>) -> Owned<'py, PyString> {
    text.to_owned()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_to_owned(text: *mut PyObject) -> *mut PyObject {
    unsafe { ffi::Py_INCREF(text) };
    text
}

// A reference held during a call.

#[unsafe(no_mangle)]
pub extern "C" fn typed_hold(object: &Borrowed<'_, PyString>) -> bool {
    let held = object.new_ref();
    held.is_identifier()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_hold(object: *mut PyObject) -> bool {
    unsafe {
        ffi::Py_INCREF(object);
        let answer = ffi::PyUnicode_IsIdentifier(object) == 1;
        ffi::Py_DECREF(object);
        answer
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

// Towards the base: no instruction.

#[unsafe(no_mangle)]
pub extern "C" fn typed_upcast<'py>(text: Owned<'py, PyString>) -> Owned<'py, PyAny> {
    text.into_any()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_upcast(text: *mut PyObject) -> *mut PyObject {
    text
}

// A reference from a static, used by an attached thread.

#[unsafe(no_mangle)]
pub extern "C" fn typed_shared_bind<'py>(
    shared: &Shared<PyString>,
    object: &Borrowed<'py, PyAny>,
) -> Owned<'py, PyString> {
    shared.bind(object.py()).new_ref()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_shared_bind(
    shared: *const *mut PyObject,
    _object: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        ffi::Py_INCREF(*shared);
        *shared
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

#[unsafe(no_mangle)]
pub extern "C" fn typed_bool<'py>(object: &Borrowed<'py, PyAny>, value: bool) -> Owned<'py, PyAny> {
    object.py().bool(value).new_ref().into_any()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_bool(_object: *mut PyObject, value: bool) -> *mut PyObject {
    unsafe {
        let result = if value {
            ffi::Py_True()
        } else {
            ffi::Py_False()
        };
        ffi::Py_INCREF(result);
        result
    }
}
