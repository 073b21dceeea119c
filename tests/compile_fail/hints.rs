//! Common mistakes, and what the compiler says of them.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use std::sync::OnceLock;

use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, IntoPyObject, Owned, PyResult, Python, Raised, Shared};

type Text<'py> = PyResult<'py, Owned<'py, PyString>>;

fn append<'py>(left: &Borrowed<'py, PyString>, right: &Borrowed<'py, PyString>) -> Text<'py> {
    left.append(right) //~ E0277 "this consumes the str, which is only borrowed here"
}

fn append_str<'py>(left: &Borrowed<'py, PyString>) -> Text<'py> {
    left.append_str("right") //~ E0277 "this consumes the str, which is only borrowed here"
}

fn keep(object: &Borrowed<'_, PyAny>) -> Shared<PyAny> {
    object.into_shared() //~ E0277 "this gives a reference away"
}

fn any<'py>(text: &Borrowed<'py, PyString>) -> Owned<'py, PyAny> {
    text.into_any() //~ E0277 "this gives a reference away"
}

fn attribute<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, bool> {
    object.getattr("name")?; //~ E0277 "the name of an attribute is a C string or a Python str, not `&str`"
    object.setattr("name", object)?; //~ E0277 "the name of an attribute is a C string or a Python str, not `&str`"
    object.call_method0("name")?; //~ E0277 "the name of an attribute is a C string or a Python str, not `&str`"
    object.hasattr(String::new()) //~ E0277 "the name of an attribute is a C string or a Python str, not `String`"
}

fn changed<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, &'static mut i64> {
    object.extract() //~ E0277 "`&mut i64` cannot be made of a Python object"
}

struct Plain;

fn made<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    Plain.into_py_object(object.py()) //~ E0599
}

fn listed<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    vec![Plain].into_py_object(object.py()) //~ E0599
}

fn plain() -> Plain {
    Plain
}

fn fails() -> Result<i64, Plain> {
    Err(Plain)
}

const NAME: &str = "name";

fn detached(object: &Borrowed<'_, PyAny>) -> isize {
    object.py().detach(|| object.refcount()) //~ E0277 "a `Shared` of a pointer may go there"
}

fn detached_token(py: Python<'_>) {
    py.detach(|| drop(PyString::new(py, NAME))) //~ E0277 "this is for an attached thread alone"
}

fn detached_error(py: Python<'_>, raised: Raised<'_>) {
    py.detach(|| drop(raised)) //~ E0277 "this is for an attached thread alone"
}

fn on_a_thread(object: Owned<'static, PyAny>) {
    std::thread::spawn(move || drop(object)); //~ E0277 "`shared.bind(py)`, with the token of `Python::attach"
}

static KEPT: OnceLock<Owned<'static, PyAny>> = OnceLock::new(); //~ E0277 "a `Shared` of a pointer may go there"

fn upcast<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    Ok(PyString::new(py, NAME)?) //~ E0308 "call `Into::into` on this expression"
}

fn lent<'py>(object: &Borrowed<'py, PyAny>, text: Owned<'py, PyString>) -> PyResult<'py, bool> {
    object.contains(text) //~ E0308 "consider borrowing here"
}

/// What the compiler proposes for `contains(f()?)`, and no words of this crate can be in its answer: the guide says it.
fn lent_at_once<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, bool> {
    object.contains(&PyString::new(object.py(), NAME)?) //~ E0308 "`?` operator cannot convert from"
}

pyptr::module! { mod first { fn plain(); } } //~ E0277 "`Plain` cannot be returned to Python"
pyptr::module! { mod second { fn fails(); } } //~ E0277 "`Result<i64, Plain>` cannot be returned to Python"

fn main() {}
