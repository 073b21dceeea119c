//! References that are kept: by dicts, by attributes, by the module.

use std::sync::atomic::{AtomicPtr, Ordering};

use pyptr::ffi;
use pyptr::manual::Ptr;
use pyptr::types::{PyDict, PyTuple};

use super::{Any, new};

/// What the cache has for the key, or what `make()` returns, which is kept.
pub(super) unsafe fn cached(cache: Ptr<PyDict>, key: Any, make: Any) -> Option<Any> {
    let known = ffi::PyDict_GetItemWithError(cache.as_ptr(), key.as_ptr());
    if let Some(known) = Any::from_ptr(known) {
        known.incref(); // takes known
        return Some(known);
    }
    if !ffi::PyErr_Occurred().is_null() {
        return None;
    }
    let made = new(ffi::PyObject_CallNoArgs(make.as_ptr()))?; // takes made
    if ffi::PyDict_SetItem(cache.as_ptr(), key.as_ptr(), made.as_ptr()) < 0 {
        made.decref(); // ends made
        return None;
    }
    Some(made)
}

/// Keeps the object, and returns the one that was kept before.
pub(super) unsafe fn exchange(place: &AtomicPtr<ffi::PyObject>, object: Any) -> Option<Any> {
    object.incref(); // takes kept
    let before = place.swap(object.as_ptr(), Ordering::Relaxed);
    match Any::from_ptr(before) {
        // The reference that was the place's.
        Some(before) => Some(before),
        None => {
            let none = Any::from_ptr(ffi::Py_None())?;
            Some(none.new_ref()) // takes none
        }
    }
}

/// Forgets what is kept.
pub(super) unsafe fn forget(place: &AtomicPtr<ffi::PyObject>) {
    let before = place.swap(std::ptr::null_mut(), Ordering::Relaxed);
    if let Some(before) = Any::from_ptr(before) {
        before.decref(); // ends kept
    }
}

/// `dict.setdefault(key, make())`, where `make` is called only if it has to be.
pub(super) unsafe fn set_default(dict: Ptr<PyDict>, key: Any, make: Any) -> Option<Any> {
    let known = ffi::PyDict_GetItemWithError(dict.as_ptr(), key.as_ptr());
    match Any::from_ptr(known) {
        Some(known) => Some(known.new_ref()), // takes known
        None if !ffi::PyErr_Occurred().is_null() => None,
        None => {
            let made = new(ffi::PyObject_CallNoArgs(make.as_ptr()))?; // takes made
            let status = ffi::PyDict_SetItem(dict.as_ptr(), key.as_ptr(), made.as_ptr());
            if status < 0 {
                made.decref(); // ends made
                return None;
            }
            Some(made)
        }
    }
}

/// Swaps the values of two attributes of an object, and returns it.
pub(super) unsafe fn swap_attributes(object: Any, left: Any, right: Any) -> Option<Any> {
    let first = new(ffi::PyObject_GetAttr(object.as_ptr(), left.as_ptr()))?; // takes first
    let second = new(ffi::PyObject_GetAttr(object.as_ptr(), right.as_ptr())); // takes second
    let Some(second) = second else {
        first.decref(); // ends first
        return None;
    };
    let mut status = ffi::PyObject_SetAttr(object.as_ptr(), left.as_ptr(), second.as_ptr());
    if status == 0 {
        status = ffi::PyObject_SetAttr(object.as_ptr(), right.as_ptr(), first.as_ptr());
    }
    second.decref(); // ends second
    first.decref(); // ends first
    match status {
        0 => Some(object.new_ref()), // takes object
        _ => None,
    }
}

/// A dict of the attributes that an object has, of those in a tuple of names.
pub(super) unsafe fn attributes(object: Any, names: Ptr<PyTuple>) -> Option<Any> {
    let found = new(ffi::PyDict_New())?; // takes found
    for index in 0..ffi::PyTuple_Size(names.as_ptr()) {
        let name = ffi::PyTuple_GetItem(names.as_ptr(), index);
        let value = new(ffi::PyObject_GetAttr(object.as_ptr(), name)); // takes value
        let Some(value) = value else {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
                found.decref(); // ends found
                return None;
            }
            ffi::PyErr_Clear();
            continue;
        };
        let status = ffi::PyDict_SetItem(found.as_ptr(), name, value.as_ptr());
        value.decref(); // ends value
        if status < 0 {
            found.decref(); // ends found
            return None;
        }
    }
    Some(found)
}
