//! What C reads up to a NUL is a `&CStr`: text without one does not fit (RUSTSEC-2025-0020).

use pyptr::types::{PyAny, PyModule, PyString};
use pyptr::{Borrowed, Python};

fn use_names(py: Python<'_>, object: &Borrowed<'_, PyAny>) {
    let _ = py.import("sys"); //~ E0308
    let _ = py.eval("1", None, None); //~ E0308
    let _ = py.run("pass", None, None); //~ E0308
    let _ = PyModule::new(py, "name"); //~ E0308
    let _ = PyString::intern(py, "name"); //~ E0308
    let _ = object.getattr("name"); //~ E0277
}

fn main() {}
