//! Conversions between Rust values and Python objects.

mod numbers;
mod pointers;
mod sequences;
mod text;
mod tuples;

use std::ffi::CString;
use std::fmt::Debug;

use pyptr::types::PyAny;
use pyptr::{Borrowed, ConversionError, FromPyObject, IntoPyObject, Owned, PyResult, Python, ffi};

/// Runs statements, the last of which sets `result`, and returns it.
pub fn run<'py>(py: Python<'py>, code: &str) -> Owned<'py, PyAny> {
    let code = CString::new(code).expect("no NUL in the code");
    // SAFETY: attached; a new reference or NULL.
    let globals = unsafe { ffi::PyDict_New() };
    // SAFETY: a new reference to a dict or NULL with an exception set.
    let globals: Owned<'_, PyAny> =
        unsafe { Owned::from_owned_ptr_or_raised(py, globals) }.expect("memory for a dict");
    let namespace = globals.as_ptr();
    // SAFETY: attached, a NUL-terminated string and a live dict.
    let result =
        unsafe { ffi::PyRun_String(code.as_ptr(), ffi::Py_file_input, namespace, namespace) };
    // SAFETY: a new reference or NULL with an exception set.
    let result: PyResult<'_, Owned<'_, PyAny>> =
        unsafe { Owned::from_owned_ptr_or_raised(py, result) };
    if let Err(raised) = result {
        panic!("{}", message(raised));
    }
    // SAFETY: a live dict and a NUL-terminated string.
    let result = unsafe { ffi::PyDict_GetItemString(namespace, c"result".as_ptr()) };
    // SAFETY: borrowed from the dict, or NULL where the name is missing.
    unsafe { Owned::from_borrowed_ptr_or_opt(py, result) }.expect("the code sets `result`")
}

/// Evaluates an expression.
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
