//! `PyErr`: an exception taken off the thread; the traceback of an exception.

use std::thread;

use pyptr::error::{PyBaseException, PyKeyError, PyUnicodeError, PyValueError};
use pyptr::types::{PyTraceback, PyType};
use pyptr::{PyErr, PyResult, Python, Raised};

use super::is_set;
use crate::common::{attached, fresh_str, repeated};
use crate::python::{eval, exec, namespace, run};

#[test]
fn crosses_threads_and_is_shown_while_detached() {
    repeated(|| {
        let error: PyErr = thread::spawn(|| {
            let failed: Result<(), PyErr> = Python::attach(|py| {
                let failed: PyResult<'_, ()> = Err(py.raise::<PyValueError>("from there"));
                Ok(failed?)
            });
            failed.unwrap_err()
        })
        .join()
        .unwrap();
        assert_eq!(error.to_string(), "ValueError: from there");
        assert_eq!(format!("{error:?}"), "PyErr(ValueError: from there)");
        let error: Box<dyn std::error::Error + Send + Sync> = error.into();
        let error = error.downcast::<PyErr>().unwrap();
        Python::attach(|py| {
            assert!(error.is::<PyValueError>(py) && !error.is::<PyKeyError>(py));
            assert_eq!(error.display(py), "ValueError: from there");
            let raised = error.raise(py);
            assert!(raised.is::<PyValueError>());
        });
    });
}

#[test]
fn counts_one_reference() {
    attached(|py| {
        let value = fresh_str(py, "the argument");
        let raised = Raised::from_type(PyType::of::<PyValueError>(py), Some(&value));
        let error = PyErr::from(raised);
        assert!(!is_set(py));
        assert_eq!(error.exception(py).refcount(), 1);
        let second = error.clone_ref(py);
        assert_eq!(error.exception(py).refcount(), 2);
        drop(second);
        assert_eq!(error.exception(py).refcount(), 1);
        let exception = error.raise(py).into_exception();
        assert_eq!(exception.refcount(), 1);
        let exception = PyErr::new(exception).into_exception(py);
        assert_eq!((exception.refcount(), value.refcount()), (1, 2));
        drop(exception);
        assert_eq!(value.refcount(), 1);
    });
}

#[test]
fn display_asks_python_and_falls_back() {
    attached(|py| {
        let mine = run(
            py,
            "class Mine(Exception):\n    def __str__(self): return 'my text'\nresult = Mine",
        );
        let error: PyErr = Raised::from_type(mine.cast::<PyType>().unwrap(), None).into();
        assert_eq!(
            (error.to_string(), error.display(py)),
            ("Mine".into(), "Mine: my text".into())
        );
        let bad = run(
            py,
            "class Bad(Exception):\n    def __str__(self): raise KeyError\nresult = Bad",
        );
        let error: PyErr = Raised::from_type(bad.cast::<PyType>().unwrap(), None).into();
        assert_eq!(
            (error.to_string(), error.display(py)),
            ("Bad".into(), "Bad".into())
        );
        assert!(!is_set(py));
    });
}

/// The summary asks a str for its UTF-8, which can fail.
#[test]
fn making_one_keeps_what_is_set() {
    attached(|py| {
        let exception = run(py, "result = ValueError('lone' + chr(0xd800))");
        let exception = exception.cast_into::<PyBaseException>().unwrap();
        let raised = py.raise::<PyKeyError>("set all the time");
        let error = PyErr::new(exception);
        assert_eq!(error.to_string(), "ValueError: lone\\ud800");
        assert!(!raised.is::<PyUnicodeError>());
        assert!(raised.is::<PyKeyError>());
        raised.clear();
        // As a traceback shows it.
        assert_eq!(error.display(py), "ValueError: lone\\ud800");
    });
}

#[test]
fn tracebacks_are_set_and_removed() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "try:\n 1 // 0\nexcept Exception as e:\n error, tb = e, e.__traceback__",
        );
        let error = eval(&ns, "error").cast_into::<PyBaseException>().unwrap();
        let tb = eval(&ns, "tb").cast_into::<PyTraceback>().unwrap();
        let before = tb.refcount();
        error.set_traceback(None);
        assert!(error.traceback().is_none());
        assert_eq!(tb.refcount(), before - 1);
        error.set_traceback(Some(&tb));
        assert_eq!(tb.refcount(), before);
        assert!(error.traceback().unwrap().is(&tb));
    });
}

/// C code can store an object of any type.
#[cfg(Py_3_12)]
#[test]
fn arguments_that_are_no_tuple() {
    use pyptr::ffi::PyObject;
    libpython! {
        fn PyException_SetArgs(exception: *mut PyObject, args: *mut PyObject);
    }
    attached(|py| {
        let text = fresh_str(py, "no tuple");
        let error = py.raise::<PyValueError>("text").into_exception();
        // SAFETY: an exception and a live object, of which the call takes a reference.
        unsafe { PyException_SetArgs(error.as_ptr(), text.as_ptr()) };
        assert!(error.args().is_none());
        assert_eq!(PyErr::new(error).to_string(), "ValueError");
        assert_eq!(text.refcount(), 1);
    });
}
