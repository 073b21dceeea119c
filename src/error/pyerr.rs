//! [`PyErr`]: an exception to be kept, sent to other threads or reported. Its full text: pyerr/display.rs.

mod display;

use std::fmt;

use static_assertions::assert_impl_all;

use super::{Raised, SavedIndicator, raise};
use crate::error::name_of_type;
use crate::markers::{Exception, PyBaseException, PyString};
use crate::refs::{Borrowed, Owned, PyAny, Python, Shared};

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

    /// One more reference to the same exception.
    #[inline]
    pub fn clone_ref(&self, py: Python<'_>) -> PyErr {
        PyErr {
            exception: self.exception.clone_ref(py),
            summary: self.summary.clone(),
        }
    }

    /// Prints the exception with its traceback and causes to `sys.stderr`.
    #[doc(alias = "PyErr_Display")]
    #[inline]
    pub fn print(&self, py: Python<'_>) {
        self.exception.bind(py).print();
    }
}

/// `ValueError: message`, or only `ValueError` if the message cannot be read without running Python code.
#[inline]
fn summarise(exception: &Borrowed<'_, PyBaseException>) -> String {
    let mut summary = name_of_type(&exception.type_of());
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
        .and_then(|first| first.cast_exact::<PyString>().ok())
        // Lone surrogates do not encode; the summary then has no message.
        .and_then(|message| message.to_str().ok());
    if let Some(message) = message {
        summary.push_str(": ");
        summary.push_str(message);
    }
    summary
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

impl<'py> Borrowed<'py, PyBaseException> {
    /// The exception's arguments, or `None` if it has none (as when `BaseException.__new__` was bypassed).
    ///
    /// A new reference, because other code may assign the attribute.
    #[doc(alias = "PyException_GetArgs")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn args(&self) -> Option<Owned<'py, crate::markers::PyTuple>> {
        // SAFETY: `self` is an exception instance.
        let args = unsafe { crate::ffi::PyException_GetArgs(self.as_ptr()) };
        // SAFETY: a new reference to a tuple, or NULL without an error.
        unsafe { Owned::from_new_ptr_or_opt(self.py(), args) }
    }

    /// The exception that this one was raised `from`, if any. A new reference.
    #[doc(alias = "PyException_GetCause")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn cause(&self) -> Option<Owned<'py, PyBaseException>> {
        // SAFETY: `self` is an exception instance.
        let cause = unsafe { crate::ffi::PyException_GetCause(self.as_ptr()) };
        // SAFETY: a new reference to an exception, or NULL without an error.
        let cause: Option<Owned<'_, PyAny>> =
            unsafe { Owned::from_new_ptr_or_opt(self.py(), cause) };
        // C code can store an object of any type with `PyException_SetCause`.
        cause.and_then(|cause| cause.cast_into().ok())
    }

    /// The exception that was being handled when this one was raised, if any. A new reference.
    #[doc(alias = "PyException_GetContext")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn context(&self) -> Option<Owned<'py, PyBaseException>> {
        // SAFETY: `self` is an exception instance.
        let context = unsafe { crate::ffi::PyException_GetContext(self.as_ptr()) };
        // SAFETY: a new reference to an exception, or NULL without an error.
        let context: Option<Owned<'_, PyAny>> =
            unsafe { Owned::from_new_ptr_or_opt(self.py(), context) };
        context.and_then(|context| context.cast_into().ok())
    }

    /// Sets `__cause__`, or removes it with `None`. The reference is given away.
    #[doc(alias = "PyException_SetCause")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set_cause(&self, cause: Option<Owned<'py, PyBaseException>>) {
        let cause = cause.map_or(std::ptr::null_mut(), Owned::into_ptr);
        // SAFETY: `self` is an exception instance; the reference is stolen, and NULL clears the cause.
        unsafe { crate::ffi::PyException_SetCause(self.as_ptr(), cause) }
    }

    /// Sets `__context__`, or removes it with `None`. The reference is given away.
    #[doc(alias = "PyException_SetContext")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set_context(&self, context: Option<Owned<'py, PyBaseException>>) {
        let context = context.map_or(std::ptr::null_mut(), Owned::into_ptr);
        // SAFETY: `self` is an exception instance; the reference is stolen, NULL clears the context.
        unsafe { crate::ffi::PyException_SetContext(self.as_ptr(), context) }
    }

    /// The traceback object, if the exception has one. A new reference.
    #[doc(alias = "PyException_GetTraceback")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn traceback(&self) -> Option<Owned<'py, crate::markers::PyTraceback>> {
        // SAFETY: `self` is an exception instance.
        let traceback = unsafe { crate::ffi::PyException_GetTraceback(self.as_ptr()) };
        // SAFETY: a new reference, or NULL without an error.
        let traceback: Option<Owned<'_, PyAny>> =
            unsafe { Owned::from_new_ptr_or_opt(self.py(), traceback) };
        // Up to 3.11 the result is `None` if `None` was assigned to the attribute.
        traceback.and_then(|traceback| traceback.cast_into().ok())
    }

    /// Sets `__traceback__`, or removes it with `None`. The traceback is borrowed: the exception takes its own
    /// reference.
    #[doc(alias = "PyException_SetTraceback")]
    #[inline]
    pub fn set_traceback(&self, traceback: Option<&Borrowed<'_, crate::markers::PyTraceback>>) {
        let traceback = traceback.map_or(self.py().none().as_ptr(), Borrowed::as_ptr);
        // SAFETY: `self` is an exception instance. The argument is a traceback or `None`, for which the call
        // does not fail, and is borrowed for the call.
        unsafe { crate::ffi::PyException_SetTraceback(self.as_ptr(), traceback) };
    }

    /// Prints the exception with its traceback and causes to `sys.stderr`.
    #[doc(alias = "PyErr_Display")]
    #[doc(alias = "PyErr_DisplayException")]
    #[inline]
    pub fn print(&self) {
        #[cfg(Py_3_12)]
        // SAFETY: attached; the exception is borrowed.
        unsafe {
            crate::ffi::PyErr_DisplayException(self.as_ptr())
        };
        #[cfg(not(Py_3_12))]
        {
            let kind = self.type_of();
            let traceback = self.traceback();
            let traceback = traceback
                .as_ref()
                .map_or(std::ptr::null_mut(), |traceback| traceback.as_ptr());
            // SAFETY: attached; all three are borrowed, and the traceback may be NULL.
            unsafe { crate::ffi::PyErr_Display(kind.as_ptr(), self.as_ptr(), traceback) };
        }
    }
}
