//! Pairs of functions that do the same, typed and on raw `pyo3_ffi`: tests/codegen.rs compares their
//! instructions. Compiled as a crate of its own, in release mode.
//!
//! The raw ones are what one writes by hand with every check, and nothing that only the typed one needs.
//! Where the typed one returns a `PyResult`, it is the word that the raw one returns: NULL is `Err`.

#![allow(improper_ctypes_definitions, clippy::missing_safety_doc)]

mod calls;
mod classes;
mod containers;
mod export;
mod loops;
mod references;
mod scalars;

use pyptr::ffi::{self, Py_ssize_t, PyObject};

unsafe fn raw_str(text: &str) -> *mut PyObject {
    unsafe { ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as Py_ssize_t) }
}
