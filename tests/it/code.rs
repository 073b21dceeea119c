//! Python code for the tests: what they need that is easier said in Python.

use std::ffi::CString;

use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python, ffi};

/// Runs `code` in a namespace of its own that has `names`, and returns what it left in `result`.
pub fn run_with<'py>(
    py: Python<'py>,
    code: &str,
    names: &[(&str, &Borrowed<'py, PyAny>)],
) -> PyResult<'py, Owned<'py, PyAny>> {
    let code = CString::new(code).expect("code without NUL");
    // SAFETY: attached.
    let globals = unsafe { ffi::PyDict_New() };
    // SAFETY: a new reference or NULL with an exception set.
    let globals: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr_or_raised(py, globals) }?;
    // SAFETY: attached.
    let builtins = unsafe { ffi::PyEval_GetBuiltins() };
    // SAFETY: a borrowed reference to the dict of the builtins, which is alive.
    let builtins: Owned<'_, PyAny> = unsafe { Owned::from_borrowed_ptr(py, builtins) };
    globals.set_item(&*PyString::new(py, "__builtins__")?, &builtins)?;
    for (name, value) in names {
        globals.set_item(&*PyString::new(py, name)?, value)?;
    }
    let (code, globals_ptr) = (code.as_ptr(), globals.as_ptr());
    // SAFETY: a NUL-terminated string and a dict, borrowed for the call.
    let done = unsafe { ffi::PyRun_String(code, ffi::Py_file_input, globals_ptr, globals_ptr) };
    // SAFETY: a new reference or NULL with an exception set.
    let done: PyResult<'_, Owned<'_, PyAny>> = unsafe { Owned::from_owned_ptr_or_raised(py, done) };
    drop(done?);
    let name = PyString::new(py, "result")?;
    let result = globals.get_item(&name)?;
    // The functions among it refer to the namespace: it must not keep the result alive in turn.
    globals.del_item(&name)?;
    Ok(result)
}

/// [`run_with`] for code that needs no names and does not fail.
#[track_caller]
pub fn run<'py>(py: Python<'py>, code: &str) -> Owned<'py, PyAny> {
    match run_with(py, code, &[]) {
        Ok(result) => result,
        Err(raised) => panic!("{code}: {}", PyErr::from(raised).display(py)),
    }
}
