//! [`PyErr`]: an exception to be kept, sent to other threads or reported. Its full text: pyerr/display.rs.

mod display;

use std::fmt;

use static_assertions::assert_impl_all;

use super::escaped::to_text;
use super::{Raised, SavedIndicator, raise, room};
use crate::error::name_of_type;
use crate::markers::{Exception, PyBaseException, PyString};
use crate::refs::{Borrowed, Owned, Python, Shared};

/// A Python exception in stored form: `Send`, `Sync`, `'static` and a [`std::error::Error`].
///
/// `?` makes one from a [`Raised`]: the exception leaves the thread's indicator. [`raise`](PyErr::raise) sets
/// it again, with its traceback. Use a `PyErr` to leave [`Python::attach`] with an error, to keep an error, or
/// next to other Rust errors.
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
pub struct PyErr {
    exception: Shared<PyBaseException>,
    summary: Box<str>,
}

assert_impl_all!(PyErr: Send, Sync, std::error::Error);

impl PyErr {
    /// Stores `exception` without raising it. The reference passes to the result.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<E: Exception>(exception: Owned<'_, E>) -> PyErr {
        let exception = exception.into_base_exception();
        let summary = summarise(&exception).into_boxed_str();
        PyErr {
            exception: exception.into_shared(),
            summary,
        }
    }

    /// The exception object, borrowed from this error.
    #[inline]
    pub fn exception<'a, 'py>(&'a self, py: Python<'py>) -> &'a Borrowed<'py, PyBaseException> {
        self.exception.bind(py)
    }

    /// The exception object itself, with the reference that this error held.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_exception(self, py: Python<'_>) -> Owned<'_, PyBaseException> {
        self.exception.into_owned(py)
    }

    /// Whether the exception is an instance of `E` or of a subclass.
    #[inline]
    pub fn is<E: Exception>(&self, py: Python<'_>) -> bool {
        E::is_type_of(self.exception.bind(py))
    }

    /// Raises the exception again on this thread, with its traceback.
    #[inline]
    pub fn raise(self, py: Python<'_>) -> Raised<'_> {
        raise::put(py, self.exception.into_owned(py))
    }

    /// One more reference to the same exception. If there is no memory for a copy of the summary, that of the
    /// result is empty.
    #[inline]
    pub fn clone_ref(&self, py: Python<'_>) -> PyErr {
        PyErr {
            exception: self.exception.clone_ref(py),
            summary: room::copy_of(&self.summary)
                .unwrap_or_default()
                .into_boxed_str(),
        }
    }

    /// Prints the exception with its traceback and causes to `sys.stderr`.
    #[doc(alias = "PyErr_Display")]
    #[inline]
    pub fn print(&self, py: Python<'_>) {
        self.exception.bind(py).print();
    }
}

/// `ValueError: message`, or only `ValueError` if the message cannot be read without running Python code, or there
/// is no memory for a copy.
#[inline]
fn summarise(exception: &Borrowed<'_, PyBaseException>) -> String {
    let summary = name_of_type(&exception.type_of());
    let Some(args) = exception.args() else {
        return summary;
    };
    if args.len() != 1 {
        return summary;
    }
    // `to_str` may raise and clear: an exception that is set now must stay set.
    let _saved = SavedIndicator::save(exception.py());
    let message = args
        .get(0)
        .and_then(|first| first.cast_exact::<PyString>().ok());
    // Exactly as much as is needed: it becomes a `Box<str>` without another allocation.
    let whole = message.and_then(|message| {
        if let Ok(message) = message.to_str() {
            return room::joined(&[&summary, ": ", message]);
        }
        // The error of `to_str` is cleared by now.
        room::joined(&[&summary, ": ", &to_text(message).ok()?])
    });
    whole.unwrap_or(summary)
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
        f.write_str(&self.summary)
    }
}

impl fmt::Debug for PyErr {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PyErr({})", self.summary)
    }
}

impl std::error::Error for PyErr {}
