//! From a Rust function's result to the object that Python gets.

use crate::convert::IntoPyObject;
use crate::error::{IntoRaised, PyErr, PyResult};
use crate::ledger::keep_near;
use crate::refs::{Owned, Python};
use crate::types::PyAny;

/// The types that an exported function may return: those with [`IntoPyObject`], or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned to Python",
    label = "this returns it",
    note = "a function returns what has `IntoPyObject`, or a `Result` of it with `Raised`, `PyErr` or another error that has `IntoRaised`",
    note = "an instance of a class is made by its class: `class.instance(value)`, with the hidden parameter `class: Class`"
)]
pub trait Output<'py> {
    /// Converts the result to the object that Python gets.
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_output(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>>;
}

impl<'py, T: IntoPyObject<'py>> Output<'py> for T {
    #[inline(always)]
    fn into_output(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        self.into_result(py)
    }
}

impl<'py, T: IntoPyObject<'py>, E: IntoRaised<'py>> Output<'py> for Result<T, E> {
    #[inline(always)]
    fn into_output(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        match self {
            Ok(value) => value.into_result(py),
            Err(error) => Err(error.into_raised(py)),
        }
    }
}

impl<'py, T: IntoPyObject<'py>> Output<'py> for Result<T, PyErr> {
    #[inline(always)]
    fn into_output(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        match self {
            Ok(value) => value.into_result(py),
            Err(error) => Err(error.raise(py)),
        }
    }
}

/// Converts a function's result.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn finish<'py>(py: Python<'py>, output: impl Output<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    let _near = keep_near();
    output.into_output(py)
}
