//! Type names for messages, had without running Python code.

use std::ffi::CStr;

use crate::ffi;
use crate::markers::PyType;
use crate::refs::{Borrowed, PyAny};

/// The name of `object`'s type, such as `int`, as CPython's own messages have it. A copy, because what is done with
/// it may run any code, also such as assigns `__name__` and frees the original.
#[cold]
pub(crate) fn type_name(object: &Borrowed<'_, PyAny>) -> String {
    name_of_type(&object.type_of())
}

/// A type's name, likewise.
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
                Ok(Ok(name)) => name.to_owned(),
                _ => "?".to_owned(),
            };
        }
    }
    // SAFETY: a live type object, whose name is set while it is ready.
    let name = unsafe { (*kind.as_ptr().cast::<ffi::PyTypeObject>()).tp_name };
    // SAFETY: a NUL-terminated string that lives as long as the type, or until `__name__` is assigned,
    // for which another thread would have to be attached in between: not with a GIL, and not for a
    // static type.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_string_lossy().into_owned()
}
