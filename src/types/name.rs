//! Type names for messages, had without running Python code.

use std::ffi::CStr;
use std::fmt;

use super::{PyAny, PyType};
use crate::ffi;
use crate::refs::Borrowed;

/// Writes the name of `object`'s type, such as `int`, as CPython's own messages have it.
#[inline]
pub(crate) fn write_type_name(f: &mut dyn fmt::Write, object: &Borrowed<'_, PyAny>) -> fmt::Result {
    write_name_of_type(f, &object.type_of())
}

/// Writes a type's name, such as `int`, as CPython's own messages have it.
#[cold]
fn write_name_of_type(f: &mut dyn fmt::Write, kind: &Borrowed<'_, PyType>) -> fmt::Result {
    // On free-threaded builds another thread may be assigning `__name__` of a class just now.
    #[cfg(Py_GIL_DISABLED)]
    {
        let heap_type = ffi::Py_TPFLAGS_HEAPTYPE;
        // SAFETY: a live type object.
        if unsafe { ffi::PyType_HasFeature(kind.as_ptr().cast(), heap_type) } != 0 {
            // SAFETY: a live type object; a new reference to a str, or NULL with an exception set.
            let name = unsafe { ffi::PyType_GetName(kind.as_ptr().cast()) };
            // SAFETY: as above.
            let name: crate::PyResult<'_, crate::Owned<'_, super::PyString>> =
                unsafe { crate::Owned::from_new_ptr_or_raised(kind.py(), name) };
            return match name.as_deref().map(|name| name.to_str()) {
                Ok(Ok(name)) => f.write_str(name),
                _ => f.write_str("?"),
            };
        }
    }
    // SAFETY: a live type object, whose name is set while it is ready.
    let name = unsafe { (*kind.as_ptr().cast::<ffi::PyTypeObject>()).tp_name };
    // SAFETY: a NUL-terminated string that lives as long as the type, or until `__name__` is assigned,
    // for which another thread would have to be attached in between: not with a GIL, and not for a
    // static type.
    let name = unsafe { CStr::from_ptr(name) };
    // A copy, because `f` may run any code, also such as assigns `__name__` and frees this one.
    let name = name.to_string_lossy().into_owned();
    f.write_str(&name)
}

/// [`write_name_of_type`] into a `String`.
#[inline]
pub(crate) fn name_of_type(kind: &Borrowed<'_, PyType>) -> String {
    let mut name = String::new();
    // Writing into a `String` does not fail.
    let _ = write_name_of_type(&mut name, kind);
    name
}
