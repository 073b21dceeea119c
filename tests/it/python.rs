//! Running Python code from the tests.

use std::ffi::CString;

use pyptr::types::{PyAny, PyDict, PyString};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python};

/// An empty namespace to run Python code in.
pub fn namespace(py: Python<'_>) -> Owned<'_, PyDict> {
    PyDict::new(py).expect("memory for a dict")
}

/// `value`, or a panic that says what Python raised.
#[track_caller]
fn expect<'py, R>(py: Python<'py>, code: &str, value: PyResult<'py, R>) -> R {
    match value {
        Ok(value) => value,
        Err(raised) => panic!("{code}: {}", PyErr::from(raised).display(py)),
    }
}

/// Executes statements.
#[track_caller]
pub fn exec(namespace: &Borrowed<'_, PyDict>, code: &str) {
    let (py, text) = (namespace.py(), CString::new(code).unwrap());
    expect(py, code, py.run(&text, Some(namespace), None));
}

/// Evaluates an expression.
#[track_caller]
pub fn eval<'py>(namespace: &Borrowed<'py, PyDict>, code: &str) -> Owned<'py, PyAny> {
    let (py, text) = (namespace.py(), CString::new(code).unwrap());
    expect(py, code, py.eval(&text, Some(namespace), None))
}

/// Whether an expression is `True`.
#[track_caller]
pub fn holds(namespace: &Borrowed<'_, PyDict>, code: &str) -> bool {
    eval(namespace, code).is(namespace.py().bool(true))
}

/// Binds a name in the namespace.
pub fn bind(namespace: &Borrowed<'_, PyDict>, name: &str, value: &Borrowed<'_, PyAny>) {
    assert!(namespace.set_str(name, value).is_ok());
}

/// Runs `code` in a namespace of its own that has `names`, and returns what it left in `result`.
pub fn run_with<'py>(
    py: Python<'py>,
    code: &str,
    names: &[(&str, &Borrowed<'py, PyAny>)],
) -> PyResult<'py, Owned<'py, PyAny>> {
    let namespace = namespace(py);
    names
        .iter()
        .for_each(|(name, value)| bind(&namespace, name, value));
    let code = CString::new(code).expect("code without NUL");
    py.run(&code, Some(&namespace), None)?;
    // Taken out: functions among it refer to the namespace, which must not keep the result alive in turn.
    let name = PyString::new(py, "result")?;
    Ok(namespace.pop(&name)?.expect("a `result`"))
}

/// [`run_with`] for code that needs no names and does not fail.
#[track_caller]
pub fn run<'py>(py: Python<'py>, code: &str) -> Owned<'py, PyAny> {
    expect(py, code, run_with(py, code, &[]))
}

/// One more reference to a text, to give away.
pub fn given<'py>(text: &Borrowed<'py, PyString>) -> Owned<'py, PyAny> {
    text.new_ref().into_any()
}

/// What Python shows of an object.
pub fn shown(object: &Borrowed<'_, PyAny>) -> String {
    object.repr().unwrap().to_rust_string().unwrap()
}

/// A collection of this thread's own: `gc.collect()` does nothing while another thread collects.
const COLLECT: &str = "
import gc, threading
done = []
def note(phase, info):
    if phase == 'stop':
        done.append(threading.get_ident())
gc.callbacks.append(note)
while threading.get_ident() not in done:
    gc.collect()
gc.callbacks.remove(note)
";

/// What is released by the collector alone is released now.
pub fn collect(py: Python<'_>) {
    exec(&namespace(py), COLLECT);
}
