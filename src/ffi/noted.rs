//! Functions of `pyo3_ffi` that the ledger wants to know of: those that count references by hand, and those whose result
//! has to be released by hand. They have the names, the parameters and the effects of the functions that they call.
//!
//! They are Rust functions, because they have to know the line of their caller: they cannot be used as a pointer to a C
//! function. `Py_IncRef` and `Py_DecRef`, which are for that, are left as they are.
//!
//! The ledger is on a higher floor: it leaves the addresses of its own functions here.

#![allow(non_snake_case, clippy::missing_safety_doc)]

use std::ffi::c_int;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{Acquire, Release};

use pyo3_ffi::{Py_buffer, Py_ssize_t, PyObject};

/// The line of a call.
type Line = &'static Location<'static>;

/// What the ledger is told.
pub(crate) struct Notes {
    /// A reference is taken.
    pub(crate) taken: fn(*mut PyObject, Line),
    /// A reference is about to be released. Returns whether it may be.
    pub(crate) releasing: fn(*mut PyObject, Line) -> bool,
    /// A new reference was returned, which is not counted by a function with that purpose.
    pub(crate) fetched: fn(*mut PyObject, Line),
    /// A reference is overwritten in a container, and not released.
    pub(crate) replaced: fn(*mut PyObject, Line),
    /// A buffer of the object is taken.
    pub(crate) buffer_taken: fn(*mut PyObject, Line),
    /// A buffer of the object is about to be released.
    pub(crate) buffer_releasing: fn(*mut PyObject),
}

static NOTES: AtomicPtr<Notes> = AtomicPtr::new(ptr::null_mut());

/// From now on these functions are told.
pub(crate) fn tell(notes: &'static Notes) {
    NOTES.store(ptr::from_ref(notes).cast_mut(), Release);
}

#[inline]
fn notes() -> Option<&'static Notes> {
    // SAFETY: NULL, or what `tell` has stored, which is static.
    unsafe { NOTES.load(Acquire).as_ref() }
}

/// As in C, `Py_INCREF`.
#[inline]
#[track_caller]
pub unsafe fn Py_INCREF(object: *mut PyObject) {
    if let Some(notes) = notes() {
        (notes.taken)(object, Location::caller());
    }
    // SAFETY: the caller's promise.
    unsafe { pyo3_ffi::Py_INCREF(object) }
}

/// As in C, `Py_XINCREF`.
#[inline]
#[track_caller]
pub unsafe fn Py_XINCREF(object: *mut PyObject) {
    if !object.is_null() {
        // SAFETY: the caller's promise.
        unsafe { Py_INCREF(object) }
    }
}

/// As in C, `Py_NewRef`.
#[inline]
#[track_caller]
pub unsafe fn Py_NewRef(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { Py_INCREF(object) }
    object
}

/// As in C, `Py_XNewRef`.
#[inline]
#[track_caller]
pub unsafe fn Py_XNewRef(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { Py_XINCREF(object) }
    object
}

/// As in C, `Py_DECREF`.
#[inline]
#[track_caller]
pub unsafe fn Py_DECREF(object: *mut PyObject) {
    // Not in the closure, whose caller is this function.
    let caller = Location::caller();
    let released_elsewhere = notes().is_some_and(|notes| !(notes.releasing)(object, caller));
    if released_elsewhere {
        return;
    }
    // SAFETY: the caller's promise.
    unsafe { pyo3_ffi::Py_DECREF(object) }
}

/// As in C, `Py_XDECREF`.
#[inline]
#[track_caller]
pub unsafe fn Py_XDECREF(object: *mut PyObject) {
    if !object.is_null() {
        // SAFETY: the caller's promise.
        unsafe { Py_DECREF(object) }
    }
}

/// As in C, `Py_CLEAR`.
#[inline]
#[track_caller]
pub unsafe fn Py_CLEAR(place: *mut *mut PyObject) {
    // SAFETY: the caller's promise: a place with an object or NULL.
    let object = unsafe { place.replace(ptr::null_mut()) };
    // SAFETY: the caller's promise.
    unsafe { Py_XDECREF(object) }
}

/// As in C, `PyErr_Fetch`.
#[inline]
#[track_caller]
pub unsafe fn PyErr_Fetch(
    kind: *mut *mut PyObject,
    value: *mut *mut PyObject,
    traceback: *mut *mut PyObject,
) {
    // SAFETY: the caller's promise.
    #[allow(deprecated)]
    unsafe {
        pyo3_ffi::PyErr_Fetch(kind, value, traceback);
    }
    if let Some(notes) = notes() {
        // Not the type, which lives on.
        for place in [value, traceback] {
            // SAFETY: the function has stored an object or NULL there.
            let object = unsafe { *place };
            if !object.is_null() {
                (notes.fetched)(object, Location::caller());
            }
        }
    }
}

/// As in C, `PyErr_GetRaisedException`.
#[cfg(Py_3_12)]
#[inline]
#[track_caller]
pub unsafe fn PyErr_GetRaisedException() -> *mut PyObject {
    // SAFETY: the caller's promise.
    let exception = unsafe { pyo3_ffi::PyErr_GetRaisedException() };
    if let Some(notes) = notes().filter(|_| !exception.is_null()) {
        (notes.fetched)(exception, Location::caller());
    }
    exception
}

/// As in C, `PyList_SET_ITEM`.
#[inline]
#[track_caller]
pub unsafe fn PyList_SET_ITEM(list: *mut PyObject, index: Py_ssize_t, item: *mut PyObject) {
    if let Some(notes) = notes() {
        // SAFETY: the caller's promise: a place in a list.
        let old = unsafe { pyo3_ffi::PyList_GET_ITEM(list, index) };
        if !old.is_null() && old != item {
            (notes.replaced)(old, Location::caller());
        }
    }
    // SAFETY: the caller's promise.
    unsafe { pyo3_ffi::PyList_SET_ITEM(list, index, item) }
}

/// As in C, `PyTuple_SET_ITEM`.
#[inline]
#[track_caller]
pub unsafe fn PyTuple_SET_ITEM(tuple: *mut PyObject, index: Py_ssize_t, item: *mut PyObject) {
    if let Some(notes) = notes() {
        // SAFETY: the caller's promise: a place in a tuple.
        let old = unsafe { pyo3_ffi::PyTuple_GET_ITEM(tuple, index) };
        if !old.is_null() && old != item {
            (notes.replaced)(old, Location::caller());
        }
    }
    // SAFETY: the caller's promise.
    unsafe { pyo3_ffi::PyTuple_SET_ITEM(tuple, index, item) }
}

/// As in C, `PyObject_GetBuffer`.
#[inline]
#[track_caller]
pub unsafe fn PyObject_GetBuffer(
    object: *mut PyObject,
    view: *mut Py_buffer,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    let status = unsafe { pyo3_ffi::PyObject_GetBuffer(object, view, flags) };
    if let Some(notes) = notes().filter(|_| status == 0) {
        // SAFETY: filled in just now.
        let owner = unsafe { (*view).obj };
        if !owner.is_null() {
            (notes.buffer_taken)(owner, Location::caller());
        }
    }
    status
}

/// As in C, `PyBuffer_Release`.
#[inline]
pub unsafe fn PyBuffer_Release(view: *mut Py_buffer) {
    if let Some(notes) = notes() {
        // SAFETY: the caller's promise: a buffer that was filled in, or released before.
        let owner = unsafe { (*view).obj };
        if !owner.is_null() {
            (notes.buffer_releasing)(owner);
        }
    }
    // SAFETY: the caller's promise.
    unsafe { pyo3_ffi::PyBuffer_Release(view) }
}
