//! A raised exception is kept across attachments as a `PyErr`, never as a `Raised`.

use pyptr::error::PyKeyError;
use pyptr::{PyResult, Python};

fn fail<'py>(py: Python<'py>) -> PyResult<'py, i64> {
    Err(py.raise::<PyKeyError>("k"))
}

fn later() {
    let kept = Python::attach(|py| fail(py).err()); //~ lifetime
    Python::attach(|_py| kept.map(|raised| raised.is::<PyKeyError>()));
}

fn result() {
    let _kept = Python::attach(|py| fail(py)); //~ lifetime
}

fn main() {}
