//! The names of types, kept longer than the types: when a report is made, an object and its type may have been
//! freed.

use std::cell::Cell;
use std::collections::HashSet;
use std::ffi::{CStr, c_char};
use std::ptr;
use std::sync::{Mutex, PoisonError};

use super::thread::Quiet;
use crate::ffi;

/// Copies of the names of heap types, which are freed with their types. One copy for each different name.
static NAMES: Mutex<Option<HashSet<&'static CStr>>> = Mutex::new(None);

thread_local! {
    /// The name of the heap type that this thread met last, and its copy.
    static LAST: Cell<(*const c_char, *const c_char)> = const { Cell::new((ptr::null(), ptr::null())) };
}

/// The name of a live object's type, as a pointer that stays valid.
#[inline]
pub(crate) fn of(object: *mut ffi::PyObject) -> *const c_char {
    // SAFETY: records are opened for live objects.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: a live object keeps its type alive.
    let name = unsafe { (*kind).tp_name };
    // SAFETY: as above.
    if unsafe { ffi::PyType_HasFeature(kind, ffi::Py_TPFLAGS_HEAPTYPE) } == 0 {
        return name; // A static type's name is static.
    }
    copy(name)
}

#[cold]
fn copy(name: *const c_char) -> *const c_char {
    // SAFETY: the name of a live type, NUL-terminated.
    let text = unsafe { CStr::from_ptr(name) };
    let (cached, copy) = LAST.get();
    // By now another type's name may be at this address.
    // SAFETY: a copy is never freed.
    if cached == name && unsafe { CStr::from_ptr(copy) } == text {
        return copy;
    }
    let _quiet = Quiet::begin();
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let names = names.get_or_insert_default();
    let copy = match names.get(text) {
        Some(copy) => *copy,
        None => {
            let copy: &'static CStr = Box::leak(text.into());
            names.insert(copy);
            copy
        }
    };
    LAST.set((name, copy.as_ptr()));
    copy.as_ptr()
}

/// The text of a name; `None` for NULL.
pub(crate) fn text(name: *const c_char) -> Option<&'static str> {
    if name.is_null() {
        return None;
    }
    // SAFETY: NUL-terminated and never freed: the name of a static type, a copy, or the name of an exported
    // function.
    let text = unsafe { CStr::from_ptr(name) };
    Some(text.to_str().unwrap_or("?"))
}
