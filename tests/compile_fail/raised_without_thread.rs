//! An error becomes an exception only with a token: no way leads from std's errors, or from one's own, to a `Raised` without.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use std::num::ParseIntError;
use std::thread;

use pyptr::error::PyValueError;
use pyptr::{IntoRaised, PyErr, PyResult, Python, Raised};

/// There is no token in `?`.
fn question_mark<'py>(_py: Python<'py>, text: &str) -> PyResult<'py, i64> {
    Ok(text.parse()?) //~ E0277
}

fn without_one(error: ParseIntError) -> impl Sized {
    error.into_raised() //~ E0061
}

fn from(error: ParseIntError) -> Raised<'static> {
    Raised::from(error) //~ E0277
}

fn default() -> Raised<'static> {
    Raised::default() //~ E0599
}

/// The stored form cannot be raised without one, either.
fn stored(error: PyErr) -> Raised<'static> {
    error.raise() //~ E0061
}

fn converted(error: PyErr) -> Raised<'static> {
    error.into() //~ E0277
}

/// A token stays on its thread.
fn on_another_thread(py: Python<'_>, error: ParseIntError) {
    thread::scope(|scope| {
        scope.spawn(|| drop(error.into_raised(py))); //~ E0277
    });
}

fn detached(py: Python<'_>, error: ParseIntError) {
    py.detach(|| drop(error.into_raised(py))); //~ E0277
}

/// An error that holds a token, or what is raised, is stored in no `PyErr` that would be raised elsewhere.
struct Token<'py>(Python<'py>);
impl<'py> IntoRaised<'py> for Token<'py> {
    fn into_raised(self, _py: Python<'py>) -> Raised<'py> {
        self.0.raise::<PyValueError>("by its own token")
    }
}

fn token(py: Python<'_>) -> Result<(), PyErr> {
    Err(Token(py))? //~ E0277
}

/// Nor one that is for a certain lifetime.
struct Static;
impl IntoRaised<'static> for Static {
    fn into_raised(self, py: Python<'static>) -> Raised<'static> {
        py.raise::<PyValueError>("for ever")
    }
}

fn certain() -> Result<(), PyErr> {
    Err(Static)? //~ compile_error
}

fn main() {}
