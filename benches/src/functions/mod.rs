//! The same Python module four times: `c_functions`, `ffi_functions`, `pyo3_functions`, `pyptr_functions`.

mod by_ffi;
mod by_pyo3;
mod by_pyptr;

use super::{C, FFI, PYO3, PYPTR};

/// The contestants with the names of their modules.
pub const MODULES: [(&str, &std::ffi::CStr); 4] = [
    (C, c"c_functions"),
    (FFI, c"ffi_functions"),
    (PYO3, c"pyo3_functions"),
    (PYPTR, c"pyptr_functions"),
];

/// Registers them with the interpreter that is going to be started.
pub(crate) fn register() {
    // SAFETY: no interpreter is running; the name and the function live for ever.
    unsafe {
        pyo3_ffi::PyImport_AppendInittab(
            c"c_functions".as_ptr(),
            Some(super::c::PyInit_c_functions),
        )
    };
    by_ffi::register();
    by_pyo3::register();
    by_pyptr::register();
}
