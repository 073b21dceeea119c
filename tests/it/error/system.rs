//! Errors of the operating system and of imports, tracebacks of foreign code, exceptions of other threads.

use std::io;

use pyptr::error::*;
use pyptr::types::{PyDict, PyFrame, PyInt, PyType};
use pyptr::{Python, Raised};

use super::is_set;
use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, namespace, shown};

#[test]
fn errors_of_the_system() {
    attached(|py| {
        // `ENOENT` on every system, as far as Python is concerned.
        let missing = io::Error::from_raw_os_error(2);
        let name = fresh_str(py, "/no/such/file");
        let raised = Raised::from_io_error(py, &missing, Some(&name));
        let error = raised.catch::<PyFileNotFoundError>().unwrap();
        assert!(error.getattr(c"filename").unwrap().is(&name));
        let errno = error.getattr(c"errno").unwrap();
        assert_eq!(errno.cast::<PyInt>().unwrap().to_i64().unwrap(), 2);
        let text = shown(&error.getattr(c"strerror").unwrap());
        assert!(!text.contains("os error"), "{text}");
        drop((error, errno));
        assert_eq!((name.refcount(), is_set(py)), (1, false));
        let raised = Raised::from_io_error(py, &missing, None);
        let error = raised.catch::<PyFileNotFoundError>().unwrap();
        assert!(error.getattr(c"filename").unwrap().is_none());
        // The code of Windows comes fourth.
        let count = if cfg!(windows) { 4 } else { 2 };
        assert_eq!(error.args().unwrap().len(), count);
    });
}

#[test]
fn errors_of_rust() {
    fn check<E: Exception>(py: Python<'_>, kind: io::ErrorKind) {
        let raised = Raised::from_io_error(py, &io::Error::new(kind, "why"), None);
        let exception = raised.catch::<E>().unwrap().into_any();
        assert!(exception.type_of().is(PyType::of::<E>(py)), "{kind:?}");
        assert_eq!(exception.str().unwrap().to_str().unwrap(), "why");
    }
    attached(|py| {
        check::<PyFileNotFoundError>(py, io::ErrorKind::NotFound);
        check::<PyPermissionError>(py, io::ErrorKind::PermissionDenied);
        check::<PyFileExistsError>(py, io::ErrorKind::AlreadyExists);
        check::<PyBrokenPipeError>(py, io::ErrorKind::BrokenPipe);
        check::<PyConnectionRefusedError>(py, io::ErrorKind::ConnectionRefused);
        check::<PyConnectionResetError>(py, io::ErrorKind::ConnectionReset);
        check::<PyConnectionAbortedError>(py, io::ErrorKind::ConnectionAborted);
        check::<PyBlockingIOError>(py, io::ErrorKind::WouldBlock);
        check::<PyTimeoutError>(py, io::ErrorKind::TimedOut);
        check::<PyInterruptedError>(py, io::ErrorKind::Interrupted);
        check::<PyOSError>(py, io::ErrorKind::InvalidData);
    });
}

#[test]
fn errors_of_imports_and_memory() {
    attached(|py| {
        let (name, path) = (fresh_str(py, "spam"), fresh_str(py, "/spam.so"));
        let raise = || Raised::import_error(py, "no spam", Some(&name), Some(&path));
        let error = raise().catch::<PyImportError>().unwrap();
        assert!(error.getattr(c"name").unwrap().is(&name));
        assert!(error.getattr(c"path").unwrap().is(&path));
        assert_eq!(error.str().unwrap().to_str().unwrap(), "no spam");
        drop(error);
        assert_eq!((name.refcount(), path.refcount()), (1, 1));
        let error = Raised::import_error(py, "no spam", None, None).into_exception();
        assert!(error.getattr(c"name").unwrap().is_none());
        assert!(Raised::no_memory(py).is::<PyMemoryError>());
        assert!(!is_set(py));
    });
}

/// They take the place of another exception, whose token does not clear them.
#[test]
fn raised_over_another() {
    attached(|py| {
        let first = py.raise::<PyKeyError>("first");
        let second = Raised::import_error(py, "second", None, None);
        drop(first);
        assert!(second.is::<PyImportError>());
        let third = Raised::no_memory(py);
        drop(second);
        assert!(third.is::<PyMemoryError>());
        let fourth = Raised::from_io_error(py, &io::Error::from_raw_os_error(2), None);
        drop(third);
        assert!(fourth.is::<PyFileNotFoundError>());
        drop(fourth);
        assert!(!is_set(py));
    });
}

#[test]
fn a_line_of_foreign_code() {
    attached(|py| {
        let globals = PyDict::new(py).unwrap();
        let make = |name| PyFrame::new(py, c"codec.rs", name, 41, Some(&globals));
        assert_eq!(delta_after_drop(&globals, || make(c"decode")), 0);
        let frame = make(c"decode").unwrap();
        assert!(frame.globals().unwrap().is(&globals));
        assert_eq!(shown(&frame.code().filename().unwrap()), "'codec.rs'");
        let fail = || assert!(make(c"\xff").unwrap_err().is::<PyUnicodeDecodeError>());
        assert_eq!(delta_after_drop(&globals, fail), 0);
        assert!(PyFrame::new(py, c"codec.rs", c"decode", 1, None).is_ok());
        let raised = py.raise::<PyValueError>("no such tag");
        raised.add_frame(&frame);
        assert!(raised.is::<PyValueError>());
        let error = raised.into_exception();
        let traceback = error.traceback().unwrap();
        assert!(traceback.frame().unwrap().is(&frame));
        assert_eq!(traceback.line_number().unwrap(), 41);
        drop((traceback, error));
        assert_eq!(frame.refcount(), 1);
    });
}

/// A token proves nothing: there may be another one, which has cleared the exception.
#[test]
fn a_line_for_no_exception() {
    attached(|py| {
        let frame = PyFrame::new(py, c"codec.rs", c"decode", 41, None).unwrap();
        let first = py.raise::<PyValueError>("cleared");
        let second = Raised::occurred(py).unwrap();
        first.clear();
        second.add_frame(&frame);
        assert!(!is_set(py));
        drop(second);
        assert_eq!(frame.refcount(), 1);
    });
}

#[test]
fn exceptions_of_other_threads() {
    attached(|py| {
        let kind = PyType::of::<PyKeyError>(py);
        assert!(
            !py.raise_in_thread(1, Some(kind)),
            "no thread has this number"
        );
        let ident = py
            .import(c"threading")
            .unwrap()
            .call_method0(c"get_ident")
            .unwrap();
        let ident = ident.cast::<PyInt>().unwrap().to_u64().unwrap();
        // This one's, taken back before it runs any Python code.
        assert!(py.raise_in_thread(ident, Some(kind)));
        assert!(py.raise_in_thread(ident, None));
        let two = eval(&namespace(py), "sum([1, 1])");
        assert_eq!(two.cast::<PyInt>().unwrap().to_i64().unwrap(), 2);
    });
}
