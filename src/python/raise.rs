//! Raising exceptions from a token.

use std::fmt::Display;

use super::Python;
use crate::error::{Exception, Raised};

impl<'py> Python<'py> {
    /// Raises `E(message)`: sets the error indicator and returns its token.
    ///
    /// The message may be anything that displays: a `&str`, or `format_args!("{x} is too large")`. An
    /// exception that is set already is replaced; an older [`Raised`] that is still in scope does not
    /// clear the new one when it is dropped.
    ///
    /// An exception whose constructor wants other arguments than a message (such as `UnicodeDecodeError`)
    /// comes out as the `TypeError` of that constructor: make it by a call, and
    /// [`raise`](crate::Owned::raise) the instance.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, error::PyValueError};
    /// fn half<'py>(py: Python<'py>, n: i64) -> PyResult<'py, i64> {
    ///     if n % 2 != 0 {
    ///         return Err(py.raise::<PyValueError>(format_args!("{n} is odd")));
    ///     }
    ///     Ok(n / 2)
    /// }
    /// # Python::initialize();
    /// # Python::attach(|py| assert!(half(py, 3).unwrap_err().is::<PyValueError>()));
    /// ```
    #[doc(alias = "PyErr_SetString")]
    #[doc(alias = "PyErr_Format")]
    #[must_use = "return it in `Err`: dropping it clears the exception"]
    #[cold]
    pub fn raise<E: Exception>(self, message: impl Display) -> Raised<'py> {
        self.assert_attached();
        crate::error::raise_message(self, E::type_ptr(self), &message)
    }
}
