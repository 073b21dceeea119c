//! What C reads up to a NUL is a `&CStr`: text without one does not fit (RUSTSEC-2025-0020).

use pyptr::types::{PyAny, PyModule, PyString};
use pyptr::{Borrowed, Python};

fn use_names(py: Python<'_>, object: &Borrowed<'_, PyAny>) {
    let _ = py.import(c"sys");
    let _ = py.eval(c"1", None, None);
    let _ = py.run(c"pass", None, None);
    let _ = PyModule::new(py, c"name");
    let _ = PyString::intern(py, c"name");
    let _ = object.getattr(c"name");
}

fn main() {}
