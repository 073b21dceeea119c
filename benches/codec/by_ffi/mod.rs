//! The codec on raw `pyo3-ffi`, as an expert writes it: what the macros of C read inline is read inline, items are borrowed
//! from their containers, dicts are made with room for their items, and non-ASCII text is decoded into the new object.
//!
//! As in pack.c, a tzinfo that empties the list in which its datetime is would crash it.

mod pack;
mod unpack;

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

use pyo3_ffi::*;

pub use pack::pack;
pub use unpack::unpack;

use crate::wire::{TOO_LARGE, TooLarge};

/// A `str` that is made once.
struct Name(AtomicPtr<PyObject>);

impl Name {
    #[inline(always)]
    fn get(&self) -> *mut PyObject {
        self.0.load(Relaxed)
    }
}

static FIELDS: Name = Name(AtomicPtr::new(ptr::null_mut()));
static SLOTS: Name = Name(AtomicPtr::new(ptr::null_mut()));
static DICT: Name = Name(AtomicPtr::new(ptr::null_mut()));
static UTCOFFSET: Name = Name(AtomicPtr::new(ptr::null_mut()));

/// Imports `datetime` and makes the names.
///
/// # Safety
/// Attached.
pub unsafe fn init() {
    unsafe {
        PyDateTime_IMPORT();
        for (name, text) in [
            (&FIELDS, c"__dataclass_fields__"),
            (&SLOTS, c"__slots__"),
            (&DICT, c"__dict__"),
            (&UTCOFFSET, c"utcoffset"),
        ] {
            name.0
                .store(PyUnicode_InternFromString(text.as_ptr()), Relaxed);
        }
    }
}

/// An exception is set.
struct Failed;

impl From<TooLarge> for Failed {
    #[cold]
    fn from(_: TooLarge) -> Failed {
        unsafe { raise(PyExc_OverflowError, TOO_LARGE) }
    }
}

#[cold]
unsafe fn raise(kind: *mut PyObject, message: &str) -> Failed {
    unsafe {
        let text = PyUnicode_FromStringAndSize(message.as_ptr().cast(), message.len() as _);
        if !text.is_null() {
            PyErr_SetObject(kind, text);
            Py_DECREF(text);
        }
    }
    Failed
}

/// Locks a container on free-threaded builds.
#[inline(always)]
unsafe fn locked<R>(_object: *mut PyObject, work: impl FnOnce() -> R) -> R {
    #[cfg(Py_GIL_DISABLED)]
    unsafe {
        let mut section = std::mem::zeroed();
        PyCriticalSection_Begin(&mut section, _object);
        let result = work();
        PyCriticalSection_End(&mut section);
        result
    }
    #[cfg(not(Py_GIL_DISABLED))]
    work()
}
