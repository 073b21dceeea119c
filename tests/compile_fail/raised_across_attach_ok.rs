//! A raised exception is kept across attachments as a `PyErr`, never as a `Raised`.

use pyptr::error::PyKeyError;
use pyptr::{PyErr, PyResult, Python};

fn fail<'py>(py: Python<'py>) -> PyResult<'py, i64> {
    Err(py.raise::<PyKeyError>("k"))
}

fn later() {
    let kept = Python::attach(|py| fail(py).err().map(PyErr::from));
    Python::attach(|py| kept.map(|error| error.is::<PyKeyError>(py)));
}

fn result() {
    let _kept = Python::attach(|py| fail(py).map_err(PyErr::from));
}

fn main() {}
