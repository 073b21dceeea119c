//! [`IntoRaised`]: the error types that become exceptions.

use std::fmt::{self, Display};
use std::marker::PhantomData;

use super::{Raised, room};
use crate::markers::Exception;
use crate::refs::Python;

/// An error type that becomes a Python exception: `E` in the `Result<T, E>` that an exported function returns.
///
/// Implemented for [`Raised`], for failed casts and conversions, and for the error types of std, see
/// [the table](crate::guide::errors#errors-of-rust). For a type of your own it takes three lines:
///
/// ```
/// use pyptr::error::{PyKeyError, PyValueError};
/// use pyptr::{IntoRaised, PyErr, Python, Raised};
///
/// #[derive(Debug)]
/// enum Failure {
///     Odd(i64),
///     Missing(&'static str),
/// }
///
/// impl IntoRaised<'_> for Failure {
///     fn into_raised(self, py: Python<'_>) -> Raised<'_> {
///         match self {
///             Failure::Odd(n) => py.raise::<PyValueError>(format_args!("{n} is odd")),
///             Failure::Missing(name) => py.raise::<PyKeyError>(name),
///         }
///     }
/// }
///
/// /// A function that an extension exports.
/// fn half(n: i64) -> Result<i64, Failure> {
///     if n % 2 == 0 { Ok(n / 2) } else { Err(Failure::Odd(n)) }
/// }
///
/// /// `?` takes all of them into a `PyErr`, without a token.
/// fn half_of(text: &str) -> Result<i64, PyErr> {
///     Ok(half(text.parse()?)?)
/// }
///
/// pyptr::module! { mod halves { fn half(n); fn half_of(text); } }
/// # fn main() {
/// # halves().append_to_inittab();
/// assert_eq!(half_of("x").unwrap_err().to_string(), "ValueError: invalid digit found in string");
/// # Python::initialize();
/// Python::attach(|py| assert_eq!(half_of("3").unwrap_err().display(py), "ValueError: 3 is odd"));
/// # let code = c"import halves
/// # for call in (lambda: halves.half(3)), (lambda: halves.half_of('3')):
/// #     try: call()
/// #     except ValueError as e: assert str(e) == '3 is odd'
/// #     else: assert False";
/// # Python::attach(|py| py.run(code, None, None).map(drop).unwrap());
/// # }
/// ```
///
/// A type that holds a `Raised` has its lifetime: `impl<'py> IntoRaised<'py> for Failure<'py>`. [`PyErr`](crate::PyErr) has
/// [`raise`](crate::PyErr::raise) instead, and is returned in the same way.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not become a Python exception",
    label = "the trait `IntoRaised` is not implemented for this error type",
    note = "implement `IntoRaised` for it: `fn into_raised(self, py: Python<'_>) -> Raised<'_> {{ py.raise::<PyValueError>(self) }}`"
)]
pub trait IntoRaised<'py>: Sized {
    /// Raises the exception. The token proves that the thread is attached.
    ///
    /// It may run any code: [`Python::raise`] with a message, or [`Raised::from_type`] for a class that is known at run time.
    fn into_raised(self, py: Python<'py>) -> Raised<'py>;

    /// Writes what a [`PyErr`](crate::PyErr) shows of the error until its exception is made, as in `ValueError: 3 is odd`.
    /// Called by `?`, perhaps on a detached thread.
    ///
    /// # Errors
    /// What `f` returns; writing to a `String` never fails.
    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error whose exception has not been made yet")
    }
}

/// The exception is set already.
impl<'py> IntoRaised<'py> for Raised<'py> {
    #[inline(always)]
    fn into_raised(self, _py: Python<'py>) -> Raised<'py> {
        self
    }
}

/// `E(text)`, still to be raised.
pub(super) struct Message<E> {
    /// `None` if there was no memory for it.
    text: Option<String>,
    _class: PhantomData<fn() -> E>,
}

impl<E: Exception> Message<E> {
    #[cold]
    pub(super) fn new(message: &dyn Display) -> Message<E> {
        Message {
            text: room::formatted(message),
            _class: PhantomData,
        }
    }
}

impl<'py, E: Exception> IntoRaised<'py> for Message<E> {
    #[cold]
    fn into_raised(self, py: Python<'py>) -> Raised<'py> {
        match self.text {
            Some(text) => py.raise::<E>(text.as_str()),
            None => Raised::no_memory(py),
        }
    }

    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => write!(f, "{}: {text}", E::NAME),
            None => f.write_str("MemoryError"),
        }
    }
}
