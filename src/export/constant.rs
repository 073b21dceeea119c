//! The constants of a module.

use std::ffi::CStr;

use super::name::python_bytes;
use crate::convert::IntoPyObject;
use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::Borrowed;
use crate::types::PyModule;

/// Adds a constant to a module.
pub fn add_constant<'py>(
    module: &Borrowed<'py, PyModule>,
    name: &'static [u8],
    value: impl IntoPyObject<'py>,
) -> PyResult<'py, ()> {
    let py = module.py();
    let value = value.into_py_object(py)?;
    // SAFETY: a live module, a NUL-terminated name, and a value that is borrowed for the call.
    let status = unsafe {
        ffi::PyModule_AddObjectRef(
            module.as_ptr(),
            c_str_of(python_bytes(name)).as_ptr(),
            value.as_ptr(),
        )
    };
    check_status(py, status)
}

#[inline]
fn c_str_of(name: &'static [u8]) -> &'static CStr {
    CStr::from_bytes_with_nul(name).expect("made by `concat!` with a NUL at the end")
}
