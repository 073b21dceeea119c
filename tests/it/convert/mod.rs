//! Conversions between Rust values and Python objects.

mod depth;
mod large;
mod maps;
mod numbers;
mod paths;
mod pointers;
mod sequences;
mod sets;
mod text;
mod time;
mod truth;
mod tuples;

use std::ffi::CString;
use std::fmt::Debug;

use pyptr::types::{PyAny, PyDict, PyString};
use pyptr::{Borrowed, ConversionError, FromPyObject, IntoPyObject, Owned, Python};

/// Runs statements in a namespace of their own, and returns what they set `result` to.
#[track_caller]
pub fn run<'py>(py: Python<'py>, code: &str) -> Owned<'py, PyAny> {
    let namespace = PyDict::new(py).expect("memory for a dict");
    let code = CString::new(code).expect("no NUL in the code");
    if let Err(raised) = py.run(&code, Some(&namespace), None) {
        panic!("{}", message(raised));
    }
    let name = PyString::new(py, "result").expect("memory for a name");
    let result = namespace.get(&name).expect("a str can be looked up");
    result.expect("the code sets `result`")
}

/// Evaluates an expression.
#[track_caller]
pub fn eval<'py>(py: Python<'py>, expression: &str) -> Owned<'py, PyAny> {
    run(py, &format!("result = ({expression}\n)"))
}

/// `ValueError: the message`.
pub fn message(raised: pyptr::Raised<'_>) -> String {
    let exception = raised.into_exception();
    let kind = exception.type_of().name().expect("a class has a name");
    format!(
        "{}: {}",
        kind.extract::<&str>().expect("a name is a str"),
        exception
            .str()
            .expect("a message")
            .to_str()
            .expect("no surrogates")
    )
}

/// The error of a conversion, as [`message`] has it. Nothing stays raised.
#[track_caller]
pub fn error<'a, 'py, T: FromPyObject<'a, 'py> + Debug>(
    object: &'a Borrowed<'py, PyAny>,
) -> String {
    let text = message(object.extract::<T>().expect_err("no error"));
    assert!(pyptr::Raised::occurred(object.py()).is_none());
    text
}

/// What is expected instead of the object; nothing is raised.
#[track_caller]
pub fn wrong_type<'a, 'py, T: FromPyObject<'a, 'py> + Debug>(
    object: &'a Borrowed<'py, PyAny>,
) -> String {
    assert!(matches!(
        T::from_py_object(object),
        Err(ConversionError::WrongType)
    ));
    assert!(pyptr::Raised::occurred(object.py()).is_none());
    let mut expected = String::new();
    T::expected(&mut expected).expect("writing to a String does not fail");
    expected
}

/// The `repr` of the object that is made of a value.
pub fn repr<'py>(py: Python<'py>, value: impl IntoPyObject<'py>) -> String {
    let object = value.into_py_object(py).expect("converted");
    let repr = object.repr().expect("repr");
    repr.to_str().expect("no surrogates").to_owned()
}
