//! Errors that become a `PyErr` where no thread can be attached.

use std::fs;

use pyptr::error::{PyFileNotFoundError, PyValueError};
use pyptr::{IntoRaised, PyErr, Python, Raised};

/// Cannot be raised where it is made: there is no interpreter.
struct Own;

impl IntoRaised<'_> for Own {
    fn into_raised(self, py: Python<'_>) -> Raised<'_> {
        py.raise::<PyValueError>("my own")
    }
}

fn fails() -> Result<i64, PyErr> {
    Ok("x".parse::<i64>()?)
}

fn reads() -> Result<String, PyErr> {
    Ok(fs::read_to_string("/no/such/file")?)
}

fn own() -> Result<(), PyErr> {
    Err(Own)?
}

/// `?`, texts and drops need no interpreter; one that starts later raises the exceptions.
pub fn before_initialize() {
    let (first, second, third) = (
        fails().unwrap_err(),
        reads().unwrap_err(),
        own().unwrap_err(),
    );
    assert_eq!(
        first.to_string(),
        "ValueError: invalid digit found in string"
    );
    let missing = match cfg!(windows) {
        true => "FileNotFoundError: [WinError 3] ",
        false => "FileNotFoundError: [Errno 2] No such file or directory",
    };
    assert!(second.to_string().starts_with(missing), "{second}");
    drop(fails());
    drop(PyErr::with_message::<PyValueError>("text"));
    Python::initialize();
    Python::attach(|py| {
        assert!(first.raise(py).is::<PyValueError>());
        drop(Raised::occurred(py));
        assert!(second.is::<PyFileNotFoundError>(py));
        assert_eq!(third.display(py), "ValueError: my own");
    });
}

/// Nothing is raised any more, and nothing is lost.
pub fn after_finalize() {
    Python::initialize();
    // SAFETY: nothing of Python's is used afterwards.
    assert!(unsafe { Python::finalize() });
    let error = fails().unwrap_err();
    assert_eq!(
        error.to_string(),
        "ValueError: invalid digit found in string"
    );
    assert!(Python::try_attach(|py| drop(own().unwrap_err().raise(py))).is_err());
    drop(error);
}
