//! An error becomes an exception only with a token.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use std::num::ParseIntError;
use std::thread;

use pyptr::error::PyValueError;
use pyptr::{IntoRaised, PyErr, PyResult, Python, Raised};

fn question_mark<'py>(py: Python<'py>, text: &str) -> PyResult<'py, i64> {
    text.parse()
        .map_err(|error: ParseIntError| error.into_raised(py))
}

fn without_one(error: ParseIntError) -> impl Sized {
    PyErr::from(error)
}

fn from<'py>(py: Python<'py>, error: ParseIntError) -> Raised<'py> {
    error.into_raised(py)
}

fn default<'py>(py: Python<'py>) -> Option<Raised<'py>> {
    Raised::occurred(py)
}

fn stored<'py>(py: Python<'py>, error: PyErr) -> Raised<'py> {
    error.raise(py)
}

fn converted<'py>(py: Python<'py>, error: ParseIntError) -> Raised<'py> {
    PyErr::from(error).raise(py)
}

fn on_another_thread(error: ParseIntError) {
    thread::scope(|scope| {
        scope.spawn(|| Python::attach(|py| drop(error.into_raised(py))));
    });
}

fn detached(py: Python<'_>, error: ParseIntError) {
    py.detach(|| Python::attach(|py| drop(error.into_raised(py))));
}

struct Token<'py>(Python<'py>);
impl<'py> IntoRaised<'py> for Token<'py> {
    fn into_raised(self, _py: Python<'py>) -> Raised<'py> {
        self.0.raise::<PyValueError>("by its own token")
    }
}

fn token(py: Python<'_>) -> Result<(), PyErr> {
    Err(Token(py).into_raised(py))?
}

struct Static;
impl IntoRaised<'_> for Static {
    fn into_raised(self, py: Python<'_>) -> Raised<'_> {
        py.raise::<PyValueError>("for a while")
    }
}

fn certain() -> Result<(), PyErr> {
    Err(Static)?
}

fn main() {}
