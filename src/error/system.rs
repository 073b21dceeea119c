//! Raising exceptions that have more than a message: those of the operating system and of imports.

use std::ffi::c_long;
use std::fmt::Display;
use std::io;

use super::{PyResult, Raised, SavedIndicator, assert_clear, indicator, raise, room};
use crate::ffi;
use crate::markers::{
    PyBaseException, PyBlockingIOError, PyBrokenPipeError, PyConnectionAbortedError,
    PyConnectionRefusedError, PyConnectionResetError, PyFileExistsError, PyFileNotFoundError,
    PyFrame, PyInt, PyInterruptedError, PyIsADirectoryError, PyNotADirectoryError, PyOSError,
    PyPermissionError, PyString, PyTimeoutError, PyTuple, PyType,
};
use crate::refs::{Borrowed, Object, Owned, PyAny, Python, TypeObject};

impl<'py> Raised<'py> {
    /// Raises `MemoryError`, without allocating one.
    #[doc(alias = "PyErr_NoMemory")]
    #[cold]
    #[inline]
    pub fn no_memory(py: Python<'py>) -> Raised<'py> {
        py.assert_attached();
        apart(py, || {
            // SAFETY: the thread is attached; the call sets the exception that the interpreter keeps for this
            // case.
            unsafe { ffi::PyErr_NoMemory() };
            Raised::set(py)
        })
    }

    /// Raises the `OSError` for a Rust I/O error. Its subclass, such as `FileNotFoundError`, follows from the
    /// error's `errno` if there is one, otherwise from its kind. `filename` is borrowed, and used only if there
    /// is an `errno`.
    ///
    /// ```
    /// # use pyptr::{Python, PyResult, Raised, error::PyFileNotFoundError};
    /// # fn read<'py>(py: Python<'py>) -> PyResult<'py, String> {
    /// std::fs::read_to_string("/no/such/file").map_err(|error| Raised::from_io_error(py, &error, None))
    /// # }
    /// # Python::initialize();
    /// # Python::attach(|py| assert!(read(py).unwrap_err().is::<PyFileNotFoundError>()));
    /// ```
    #[doc(alias = "PyErr_SetFromErrno")]
    #[doc(alias = "PyErr_SetFromErrnoWithFilename")]
    #[doc(alias = "PyErr_SetFromErrnoWithFilenameObject")]
    #[cold]
    #[inline]
    pub fn from_io_error(
        py: Python<'py>,
        error: &io::Error,
        filename: Option<&Borrowed<'_, PyAny>>,
    ) -> Raised<'py> {
        py.assert_attached();
        match error.raw_os_error() {
            Some(code) => apart(py, || match from_code(py, code, error, filename) {
                Ok(exception) => exception.raise(),
                Err(raised) => raised,
            }),
            None => from_kind(py, error),
        }
    }

    /// Raises `ImportError(message, name=name, path=path)`. `name` and `path` are borrowed.
    #[doc(alias = "PyErr_SetImportError")]
    #[cold]
    pub fn import_error(
        py: Python<'py>,
        message: impl Display,
        name: Option<&Borrowed<'_, PyAny>>,
        path: Option<&Borrowed<'_, PyAny>>,
    ) -> Raised<'py> {
        py.assert_attached();
        let Some(message) = room::formatted(&message) else {
            return Raised::no_memory(py);
        };
        apart(py, || {
            let message = match PyString::new(py, &message) {
                Ok(message) => message,
                Err(raised) => return raised,
            };
            let or_none = |object: Option<&Borrowed<'_, PyAny>>| match object {
                Some(object) => object.as_ptr(),
                None => py.none().as_ptr(),
            };
            let (name, path) = (or_none(name), or_none(path));
            // SAFETY: live objects, borrowed for the call, which always sets an exception.
            unsafe { ffi::PyErr_SetImportError(message.as_ptr(), name, path) };
            Raised::set(py)
        })
    }

    /// Adds an entry for `frame`, which is borrowed, to the exception's traceback, as C code does for a
    /// function that passes an exception on. [`PyFrame::new`] makes a frame that stands for foreign code.
    ///
    /// If there is no memory for the entry, the exception becomes the context of a `MemoryError`. If no
    /// exception is set, nothing happens.
    #[doc(alias = "PyTraceBack_Here")]
    #[inline]
    pub fn add_frame(&self, frame: &Borrowed<'_, PyFrame>) {
        // From 3.12 on `PyTraceBack_Here` does not test whether an exception is set.
        if !indicator::is_set(self.py()) {
            return;
        }
        // SAFETY: a live frame, borrowed for the call; an exception is set.
        unsafe { ffi::PyTraceBack_Here(frame.as_ptr().cast()) };
    }
}

/// Raises what `make` raises, in place of an exception that may be set. `make` runs with a clear indicator,
/// because creating an exception calls its class.
#[inline]
pub(super) fn apart<'py>(py: Python<'py>, make: impl FnOnce() -> Raised<'py>) -> Raised<'py> {
    let saved = SavedIndicator::save(py);
    let exception = make().into_exception();
    drop(saved);
    exception.raise()
}

/// Calls `OSError(code, message, filename)`; the constructor chooses the subclass.
#[inline]
fn from_code<'py>(
    py: Python<'py>,
    code: i32,
    error: &io::Error,
    filename: Option<&Borrowed<'_, PyAny>>,
) -> PyResult<'py, Owned<'py, PyBaseException>> {
    let message = system_message(error);
    let code = PyInt::new(py, code)?.into_any();
    let message = PyString::new(py, &message)?.into_any();
    // SAFETY: a live object; the token is that of this thread.
    let filename = filename.map(|name| unsafe { Owned::from_borrowed_ptr(py, name.as_ptr()) });
    let arguments = match (cfg!(windows), filename) {
        // On Windows `code` is an error code of Windows, from which Python derives the `errno`.
        (true, filename) => {
            let zero = PyInt::new(py, 0)?.into_any();
            let filename = filename.unwrap_or_else(|| py.none().new_ref().into_any());
            PyTuple::from_owned(py, [zero, message, filename, code])?
        }
        (false, Some(filename)) => PyTuple::from_owned(py, [code, message, filename])?,
        // A `None` for the file name would be among the exception's `args`.
        (false, None) => PyTuple::from_owned(py, [code, message])?,
    };
    let exception = PyType::of::<PyOSError>(py).call_kwargs(&arguments, None)?;
    Ok(exception.cast_into()?)
}

/// The class for each kind of error that has one, and the class's name.
macro_rules! kinds {
    ($($kind:ident => $class:ident;)*) => {
        #[inline]
        fn from_kind<'py>(py: Python<'py>, error: &io::Error) -> Raised<'py> {
            let kind = match error.kind() {
                $(io::ErrorKind::$kind => $class::type_ptr(py),)*
                _ => PyOSError::type_ptr(py),
            };
            raise::raise_message(py, kind, error)
        }

        /// The name of the class that [`Raised::from_io_error`] raises, apart from those that only an `errno` has.
        pub(super) fn class_name(error: &io::Error) -> &'static str {
            match error.kind() {
                $(io::ErrorKind::$kind => $class::NAME,)*
                _ => PyOSError::NAME,
            }
        }
    };
}

kinds! {
    NotFound => PyFileNotFoundError;
    PermissionDenied => PyPermissionError;
    AlreadyExists => PyFileExistsError;
    IsADirectory => PyIsADirectoryError;
    NotADirectory => PyNotADirectoryError;
    BrokenPipe => PyBrokenPipeError;
    ConnectionRefused => PyConnectionRefusedError;
    ConnectionReset => PyConnectionResetError;
    ConnectionAborted => PyConnectionAbortedError;
    WouldBlock => PyBlockingIOError;
    TimedOut => PyTimeoutError;
    Interrupted => PyInterruptedError;
}

/// The system's message, without what Rust ends it with: ` (os error 2)`.
pub(super) fn system_message(error: &io::Error) -> String {
    let mut message = error.to_string();
    message.truncate(message.find(" (os error ").unwrap_or(message.len()));
    message
}

impl<'py> Python<'py> {
    /// Makes another thread raise the class `kind`, without arguments, the next time that it runs Python code.
    /// The thread is the one whose `threading.get_ident()` is `thread`. The class is borrowed. With `None` for
    /// the class, an exception that the thread has not raised yet is cancelled.
    ///
    /// Returns whether there is such a thread.
    #[doc(alias = "PyThreadState_SetAsyncExc")]
    #[inline]
    pub fn raise_in_thread(self, thread: u64, kind: Option<&Borrowed<'_, PyType>>) -> bool {
        self.assert_attached();
        assert_clear(self);
        let kind = kind.map_or(std::ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: the thread is attached; `kind` is a live object, borrowed for the call, or NULL. C takes the
        // bits of the identifier, which is an address or a number of the operating system.
        unsafe { ffi::PyThreadState_SetAsyncExc(thread as c_long, kind) != 0 }
    }
}
