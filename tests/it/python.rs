//! Running Python code from the tests, through the raw API alone.

use std::ffi::{CString, c_int};

use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Owned, PyErr, Python, Raised, ffi};

/// A namespace for the code of one test.
pub fn namespace(py: Python<'_>) -> Owned<'_, PyAny> {
    // SAFETY: attached.
    let dict = unsafe { ffi::PyDict_New() };
    // SAFETY: a new reference, or NULL with an exception set.
    let dict: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr_or_raised(py, dict) }.unwrap();
    // SAFETY: attached.
    let builtins = unsafe { ffi::PyEval_GetBuiltins() };
    // SAFETY: a borrowed reference; the builtins live as long as the interpreter.
    bind(&dict, "__builtins__", unsafe {
        Borrowed::from_ptr(py, builtins)
    });
    dict
}

#[track_caller]
fn run<'py>(namespace: &Borrowed<'py, PyAny>, code: &str, mode: c_int) -> Owned<'py, PyAny> {
    let py = namespace.py();
    let text = CString::new(code).unwrap();
    let globals = namespace.as_ptr();
    // SAFETY: a NUL-terminated string and a dict, which serves as both namespaces.
    let result = unsafe { ffi::PyRun_String(text.as_ptr(), mode, globals, globals) };
    // SAFETY: a new reference, or NULL with an exception set.
    match unsafe { Owned::from_owned_ptr_or_opt(py, result) } {
        Some(value) => value,
        None => {
            let error: PyErr = Raised::occurred(py).expect("an exception").into();
            panic!("{code}: {}", error.display(py))
        }
    }
}

/// Executes statements.
#[track_caller]
pub fn exec(namespace: &Borrowed<'_, PyAny>, code: &str) {
    drop(run(namespace, code, ffi::Py_file_input));
}

/// Evaluates an expression.
#[track_caller]
pub fn eval<'py>(namespace: &Borrowed<'py, PyAny>, code: &str) -> Owned<'py, PyAny> {
    run(namespace, code, ffi::Py_eval_input)
}

/// Whether an expression is `True`.
#[track_caller]
pub fn holds(namespace: &Borrowed<'_, PyAny>, code: &str) -> bool {
    eval(namespace, code).is(namespace.py().bool(true))
}

/// Binds a name in the namespace.
pub fn bind(namespace: &Borrowed<'_, PyAny>, name: &str, value: &Borrowed<'_, PyAny>) {
    let name = CString::new(name).unwrap();
    // SAFETY: a dict, a NUL-terminated string and a value, all borrowed for the call.
    let status =
        unsafe { ffi::PyDict_SetItemString(namespace.as_ptr(), name.as_ptr(), value.as_ptr()) };
    assert_eq!(status, 0);
}

/// One more reference to a text, to give away.
pub fn given<'py>(text: &Borrowed<'py, PyString>) -> Owned<'py, PyAny> {
    text.new_ref().into_any()
}

/// What Python shows of an object.
pub fn shown(object: &Borrowed<'_, PyAny>) -> String {
    object.repr().unwrap().to_rust_string().unwrap()
}
