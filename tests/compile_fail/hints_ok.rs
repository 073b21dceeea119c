//! Common mistakes, corrected.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use std::sync::OnceLock;

use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, IntoPyObject, IntoRaised, Owned, PyResult, Python, Raised, Shared};

type Text<'py> = PyResult<'py, Owned<'py, PyString>>;

fn append<'py>(left: &Borrowed<'py, PyString>, right: &Borrowed<'py, PyString>) -> Text<'py> {
    left.to_owned().append(right)
}

fn append_str<'py>(left: &Borrowed<'py, PyString>) -> Text<'py> {
    left.concat_str("right")
}

fn keep(object: &Borrowed<'_, PyAny>) -> Shared<PyAny> {
    object.to_owned().into_shared()
}

fn any<'py>(text: &Borrowed<'py, PyString>) -> Owned<'py, PyAny> {
    text.to_owned().into_any()
}

fn attribute<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, bool> {
    object.getattr(c"name")?;
    object.setattr(c"name", object)?;
    object.call_method0(c"name")?;
    object.hasattr(pyptr::intern!(object.py(), "name"))
}

fn changed<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, i64> {
    object.extract()
}

struct Plain;

impl<'py> IntoPyObject<'py> for Plain {
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        5.into_py_object(py)
    }
}

impl IntoRaised<'_> for Plain {
    fn into_raised(self, py: Python<'_>) -> Raised<'_> {
        py.raise::<pyptr::error::PyValueError>("plain")
    }
}

fn made<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    Plain.into_py_object(object.py())
}

fn listed<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    vec![Plain].into_py_object(object.py())
}

fn plain() -> Plain {
    Plain
}

fn fails() -> Result<i64, Plain> {
    Err(Plain)
}

const NAME: &str = "name";

fn detached(object: &Borrowed<'_, PyAny>) -> isize {
    let shared = object.to_owned().into_shared();
    object
        .py()
        .detach(|| Python::attach(|py| shared.bind(py).refcount()))
}

fn detached_token(py: Python<'_>) {
    py.detach(|| Python::attach(|py| drop(PyString::new(py, NAME))))
}

fn detached_error(py: Python<'_>, raised: Raised<'_>) {
    drop(raised);
    py.detach(|| ())
}

fn on_a_thread(object: Owned<'static, PyAny>) {
    let shared = object.into_shared();
    std::thread::spawn(move || drop(shared));
}

static KEPT: OnceLock<Shared<PyAny>> = OnceLock::new();

fn upcast<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    Ok(PyString::new(py, NAME)?.into())
}

fn lent<'py>(object: &Borrowed<'py, PyAny>, text: Owned<'py, PyString>) -> PyResult<'py, bool> {
    object.contains(&text)
}

fn lent_at_once<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, bool> {
    object.contains(&*PyString::new(object.py(), NAME)?)
}

pyptr::module! { mod first { fn plain(); } }
pyptr::module! { mod second { fn fails(); } }

fn main() {}
