//! [`PyErr`]: an exception to be kept, sent to other threads or reported. Its full text: pyerr/display.rs.

mod display;
mod later;
mod made;

use std::fmt::{self, Display};
use std::panic::{RefUnwindSafe, UnwindSafe};

use static_assertions::{assert_eq_size, assert_impl_all};

use later::Later;
use made::Made;

use super::into_raised::{IntoRaised, Message};
use super::{Raised, raise};
use crate::markers::{Exception, PyBaseException};
use crate::refs::{Borrowed, Owned, Python};

/// A Python exception in stored form: `Send`, `Sync`, `'static` and a [`std::error::Error`].
///
/// `?` makes one from a [`Raised`]: the exception leaves the thread's indicator. [`raise`](PyErr::raise) sets
/// it again, with its traceback. Use a `PyErr` to leave [`Python::attach`] with an error, to keep an error, or
/// next to other Rust errors.
///
/// `?` takes Rust's own errors, too: all that are [`IntoRaised`], [those of std](crate::guide::errors#errors-of-rust) and your
/// own. No thread has to be attached for that: the exception is made by the first method that needs it, which has a token.
/// Another thread that needs it at the same time waits, detached.
///
/// `Display` and `Debug` show a summary that was made with the `PyErr`: the type's name, and the message if the
/// exception's only argument is exactly a `str`. They never attach and run no Python code: a formatter often
/// runs under a lock such as stdout's, and waiting for the interpreter could deadlock.
/// [`display`](PyErr::display) gives the full text.
///
/// ```
/// # use pyptr::{PyErr, PyResult, Python, types::PyInt, error::PyOverflowError};
/// # Python::initialize();
/// let result: Result<i64, PyErr> = Python::attach(|py| {
///     let one = PyInt::new(py, 1)?;
///     let big = PyInt::new(py, i64::MAX)?.add(&one)?;
///     Ok(big.cast::<PyInt>()?.to_i64()?)
/// });
/// let error = result.unwrap_err();
/// assert!(error.to_string().starts_with("OverflowError: "));
/// Python::attach(|py| assert!(error.is::<PyOverflowError>(py)));
/// ```
pub struct PyErr(Kind);

enum Kind {
    Made(Made),
    Later(Box<Later>),
}

assert_impl_all!(PyErr: Send, Sync, std::error::Error);
// A `Later` takes no more room than an exception with its summary.
assert_eq_size!(PyErr, Made);

// What is left after a panic is an exception, or `SystemError`.
impl UnwindSafe for PyErr {}
impl RefUnwindSafe for PyErr {}

impl PyErr {
    /// Stores `exception` without raising it. The reference passes to the result.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<E: Exception>(exception: Owned<'_, E>) -> PyErr {
        PyErr(Kind::Made(Made::new(exception.into_base_exception())))
    }

    /// `E(message)`, which is made by the first method that needs it. For code without a token, and where the thread may be
    /// detached: the `custom` of serde's error traits, `impl From<..> for PyErr`.
    ///
    /// If the constructor of `E` fails, or there is no memory for the message, what that raises is the exception.
    ///
    /// ```
    /// use pyptr::{PyErr, Python, error::PyValueError};
    ///
    /// let error = PyErr::with_message::<PyValueError>(format_args!("{} is odd", 3));
    /// assert_eq!(error.to_string(), "ValueError: 3 is odd");
    /// # Python::initialize();
    /// Python::attach(|py| assert!(error.is::<PyValueError>(py)));
    /// ```
    #[cold]
    pub fn with_message<E: Exception>(message: impl Display) -> PyErr {
        PyErr::from(Message::<E>::new(&message))
    }

    /// The exception object, borrowed from this error.
    #[inline]
    pub fn exception<'a, 'py>(&'a self, py: Python<'py>) -> &'a Borrowed<'py, PyBaseException> {
        self.made(py).exception.bind(py)
    }

    #[inline]
    fn made(&self, py: Python<'_>) -> &Made {
        match &self.0 {
            Kind::Made(made) => made,
            Kind::Later(later) => later.made(py),
        }
    }

    /// The exception object itself, with the reference that this error held.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_exception(self, py: Python<'_>) -> Owned<'_, PyBaseException> {
        match self.0 {
            Kind::Made(made) => made.exception.into_owned(py),
            Kind::Later(later) => later.into_exception(py),
        }
    }

    /// Whether the exception is an instance of `E` or of a subclass.
    #[inline]
    pub fn is<E: Exception>(&self, py: Python<'_>) -> bool {
        E::is_type_of(self.exception(py))
    }

    /// Raises the exception again on this thread, with its traceback.
    #[inline]
    pub fn raise(self, py: Python<'_>) -> Raised<'_> {
        match self.0 {
            Kind::Made(made) => raise::put(py, made.exception.into_owned(py)),
            Kind::Later(later) => later.raise(py),
        }
    }

    /// One more reference to the same exception. If there is no memory for a copy of the summary, that of the
    /// result is empty.
    #[inline]
    pub fn clone_ref(&self, py: Python<'_>) -> PyErr {
        PyErr(Kind::Made(self.made(py).clone_ref(py)))
    }

    /// Prints the exception with its traceback and causes to `sys.stderr`.
    #[doc(alias = "PyErr_Display")]
    #[inline]
    pub fn print(&self, py: Python<'_>) {
        self.exception(py).print();
    }

    #[inline]
    fn summary(&self) -> &str {
        match &self.0 {
            Kind::Made(made) => &made.summary,
            Kind::Later(later) => later.summary(),
        }
    }
}

/// An error that is raised later: by the first method of the `PyErr` that needs the exception. Attaches no thread, and runs no
/// Python code.
impl<E> From<E> for PyErr
where
    E: for<'py> IntoRaised<'py> + Send + 'static,
{
    #[cold]
    fn from(error: E) -> PyErr {
        PyErr(Kind::Later(Box::new(Later::new(error))))
    }
}

impl From<Raised<'_>> for PyErr {
    /// Takes the exception from the thread: the indicator is clear afterwards. If no exception was set, the
    /// result is a `SystemError` that says so.
    #[cold]
    #[inline]
    fn from(raised: Raised<'_>) -> PyErr {
        PyErr::new(raised.into_exception())
    }
}

impl fmt::Display for PyErr {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.summary())
    }
}

impl fmt::Debug for PyErr {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PyErr({})", self.summary())
    }
}

impl std::error::Error for PyErr {}
