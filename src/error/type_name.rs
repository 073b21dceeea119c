//! Type names for messages, read without running Python code.

use std::ffi::CStr;

use super::room;
use crate::ffi;
use crate::markers::PyType;
use crate::refs::{Borrowed, PyAny};

/// The name of `object`'s type, such as `int`, as in CPython's own messages. A copy: code that runs while the
/// name is in use may assign `__name__`, which frees the original. `?` if there is no memory for it.
#[cold]
pub(crate) fn type_name(object: &Borrowed<'_, PyAny>) -> String {
    name_of_type(&object.type_of())
}

/// The name of the type `kind`. A copy, as for [`type_name`].
#[cold]
pub(crate) fn name_of_type(kind: &Borrowed<'_, PyType>) -> String {
    // On free-threaded builds another thread may be assigning `__name__` of a class just now.
    #[cfg(Py_GIL_DISABLED)]
    {
        let heap_type = ffi::Py_TPFLAGS_HEAPTYPE;
        // SAFETY: a live type object.
        if unsafe { ffi::PyType_HasFeature(kind.as_ptr().cast(), heap_type) } != 0 {
            // SAFETY: a live type object; a new reference to a str, or NULL with an exception set.
            let name = unsafe { ffi::PyType_GetName(kind.as_ptr().cast()) };
            // SAFETY: as above.
            let name: crate::refs::PyResult<'_, crate::refs::Owned<'_, crate::markers::PyString>> =
                unsafe { crate::refs::Owned::from_new_ptr_or_raised(kind.py(), name) };
            return match name.as_deref().map(|name| name.to_str()) {
                Ok(Ok(name)) => copied(name),
                _ => UNKNOWN.to_owned(),
            };
        }
    }
    // SAFETY: a live type object, whose name is set while it is ready.
    let name = unsafe { (*kind.as_ptr().cast::<ffi::PyTypeObject>()).tp_name };
    // SAFETY: a NUL-terminated string that lives as long as the type, or until `__name__` is assigned. No other
    // thread can assign it before it is copied: with a GIL, this thread holds the GIL, and without one only
    // static types get here, whose `__name__` cannot be assigned.
    let name = unsafe { CStr::from_ptr(name) };
    match name.to_str() {
        Ok(name) => copied(name),
        // Of C code: Python code can only give names that are UTF-8.
        Err(_) => name.to_string_lossy().into_owned(),
    }
}

/// In place of a name that cannot be read.
const UNKNOWN: &str = "?";

/// Python code may give a class a name of any length.
fn copied(name: &str) -> String {
    room::copy_of(name).unwrap_or_else(|| UNKNOWN.to_owned())
}
