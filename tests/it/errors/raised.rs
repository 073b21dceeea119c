//! `Raised`: an exception that is set.

use pyptr::error::*;
use pyptr::types::{PyString, PyTuple, PyType};
use pyptr::{Python, Raised, TypeObject};

use super::is_set;
use crate::common::{attached, fresh_str};
use crate::python::run;

/// What displays, displays as it is; a `&str` is not written anywhere on the way, whatever it holds.
#[test]
fn messages_of_every_kind() {
    struct Shown;
    impl std::fmt::Display for Shown {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a type")
        }
    }
    attached(|py| {
        let text = |raised: Raised<'_>| {
            let exception = raised.catch::<PyValueError>().unwrap();
            exception.str().unwrap().to_rust_string().unwrap()
        };
        let own = String::from("gr\u{fc}n \0 \u{1f600}");
        assert_eq!(text(py.raise::<PyValueError>("a literal")), "a literal");
        assert_eq!(text(py.raise::<PyValueError>("")), "");
        assert_eq!(text(py.raise::<PyValueError>(own.as_str())), own);
        assert_eq!(text(py.raise::<PyValueError>(&own)), own);
        assert_eq!(text(py.raise::<PyValueError>(&own.as_str())), own);
        assert_eq!(text(py.raise::<PyValueError>(own.clone())), own);
        assert_eq!(
            text(py.raise::<PyValueError>(format_args!("{} {own}", 1))),
            format!("1 {own}")
        );
        assert_eq!(text(py.raise::<PyValueError>(Shown)), "a type");
        assert_eq!(text(py.raise::<PyValueError>(42)), "42");
    });
}

/// ASCII is copied and all else decoded, from any address.
#[test]
fn messages_of_every_length() {
    attached(|py| {
        let check = |message: &str| {
            let exception = py.raise::<PyValueError>(message).into_exception();
            let args = exception.getattr(c"args").unwrap();
            let args = args.cast::<PyTuple>().unwrap();
            let text = args.get(0).unwrap().cast_exact::<PyString>().unwrap();
            assert_eq!(text.to_rust_string().unwrap(), message);
            assert_eq!(text.len(), message.chars().count());
            let same = PyString::new(py, message).unwrap();
            assert_eq!(text.hash().unwrap(), same.hash().unwrap(), "{message}");
        };
        for len in 0..20 {
            let ascii = "the quick brown fox jumps over the lazy dog";
            (0..8).for_each(|start| check(&ascii[start..start + len]));
            for (at, char) in (0..len).flat_map(|at| [(at, '\u{fc}'), (at, '\u{1f600}')]) {
                check(&format!("{}{char}{}", &ascii[..at], &ascii[at..len]));
            }
        }
    });
}

#[test]
fn raise_each_kind() {
    fn raises<E: Exception>(py: Python<'_>) {
        let raised = py.raise::<E>("the message");
        assert!(
            raised.is::<E>() && raised.is::<PyBaseException>(),
            "{}",
            E::NAME
        );
        let shown = format!("{raised:?}");
        assert!(
            shown.starts_with(&format!("Raised({} at", E::NAME)),
            "{shown}"
        );
        let exception = raised.catch::<E>().unwrap().into_any();
        assert!(
            !is_set(py) && exception.type_of().is(PyType::of::<E>(py)),
            "{}",
            E::NAME
        );
        assert_eq!(exception.refcount(), 1);
    }
    macro_rules! each { ($py:ident: $($kind:ident)*) => { $(raises::<$kind>($py);)* } }
    attached(|py| {
        each!(py: PyBaseException PyException PySystemExit PyKeyboardInterrupt PyGeneratorExit
            PyStopIteration PyStopAsyncIteration PyArithmeticError PyFloatingPointError PyOverflowError
            PyZeroDivisionError PyAssertionError PyAttributeError PyBufferError PyEOFError PyImportError
            PyModuleNotFoundError PyLookupError PyIndexError PyKeyError PyMemoryError PyNameError
            PyUnboundLocalError PyOSError PyBlockingIOError PyChildProcessError PyConnectionError
            PyBrokenPipeError PyConnectionAbortedError PyConnectionRefusedError PyConnectionResetError
            PyFileExistsError PyFileNotFoundError PyInterruptedError PyIsADirectoryError
            PyNotADirectoryError PyPermissionError PyProcessLookupError PyTimeoutError PyReferenceError
            PyRuntimeError PyNotImplementedError PyRecursionError PySyntaxError PyIndentationError
            PyTabError PySystemError PyTypeError PyValueError PyUnicodeError PyWarning
            PyDeprecationWarning PyPendingDeprecationWarning PyRuntimeWarning PySyntaxWarning
            PyUserWarning PyFutureWarning PyImportWarning PyUnicodeWarning PyBytesWarning
            PyResourceWarning PyEncodingWarning);
        assert_eq!(
            PyUnicodeDecodeError::type_ptr(py).cast(),
            PyType::of::<PyUnicodeDecodeError>(py).as_ptr()
        );
    });
}

#[test]
fn catch_takes_subclasses_and_passes_others_on() {
    attached(|py| {
        let raised = py.raise::<PyKeyError>("key");
        let raised = raised.catch::<PyValueError>().unwrap_err();
        assert!(is_set(py) && !raised.is::<PyIndexError>());
        assert!(raised.matches(PyType::of::<PyLookupError>(py)));
        assert!(!raised.matches(PyType::of::<PyOSError>(py)) && !raised.matches(py.none()));
        let caught = raised.catch::<PyLookupError>().unwrap();
        assert!(!is_set(py) && caught.cast_exact::<PyKeyError>().is_ok());
        py.raise::<PyKeyError>("key").clear();
        assert!(!is_set(py) && Raised::occurred(py).is_none());
    });
}

#[test]
fn chain_sets_cause_and_context() {
    attached(|py| {
        let first = py.raise::<PyKeyError>("first").into_exception();
        let kept = first.new_ref();
        let second = first
            .raise()
            .chain::<PyValueError>("second")
            .into_exception();
        assert!(second.cause().unwrap().is(&kept) && second.context().unwrap().is(&kept));
        assert_eq!((kept.refcount(), second.refcount()), (3, 1));
        second.set_cause(None);
        second.set_context(None);
        assert!(second.cause().is_none() && second.context().is_none());
        assert_eq!(kept.refcount(), 1);
        let replaced = kept
            .new_ref()
            .raise()
            .replace::<PyTypeError>("third")
            .into_exception();
        assert!(replaced.cause().is_none() && replaced.context().is_none());
        assert_eq!(kept.refcount(), 1);
    });
}

#[test]
fn from_type_counts_its_argument_evenly() {
    attached(|py| {
        let value = fresh_str(py, "the argument");
        let raised = Raised::from_type(PyType::of::<PyValueError>(py), Some(&value));
        assert!(raised.is::<PyValueError>());
        let exception = raised.into_exception();
        assert!(exception.args().unwrap().get(0).unwrap().is(&value));
        assert_eq!(value.refcount(), 2);
        drop(exception);
        assert_eq!(value.refcount(), 1);
        let raised = Raised::from_type(PyType::of::<PyString>(py), Some(&value));
        assert!(raised.is::<PyTypeError>());
        drop(raised);
        // In every way out.
        let raise = || Raised::from_type(PyType::of::<PyKeyError>(py), Some(&value));
        drop(raise().map_to_newer());
        raise().clear();
        drop(raise().chain::<PyValueError>("newer"));
        drop(raise().catch::<PyKeyError>());
        drop(raise().catch::<PyOSError>());
        drop(pyptr::PyErr::from(raise()));
        raise().leave_set();
        drop(Raised::occurred(py));
        assert_eq!(value.refcount(), 1);
        assert!(!is_set(py));
    });
}

trait MapToNewer<'py> {
    fn map_to_newer(self) -> Raised<'py>;
}

impl<'py> MapToNewer<'py> for Raised<'py> {
    fn map_to_newer(self) -> Raised<'py> {
        let py = self.py();
        Err::<(), _>(self)
            .map_err(|_| py.raise::<PyValueError>("newer"))
            .unwrap_err()
    }
}

/// A token whose exception was cleared behind its back.
#[test]
fn without_an_exception_it_is_a_system_error() {
    attached(|py| {
        let empty = || {
            let raised = py.raise::<PyValueError>("gone");
            // SAFETY: attached.
            unsafe { pyptr::ffi::PyErr_Clear() };
            raised
        };
        assert!(!empty().is::<PyValueError>());
        assert_eq!(format!("{:?}", empty()), "Raised(nothing)");
        assert!(empty().into_exception().cast::<PySystemError>().is_ok());
        assert!(pyptr::PyErr::from(empty()).is::<PySystemError>(py));
        empty().leave_set();
        assert!(Raised::occurred(py).unwrap().is::<PySystemError>());
        let returned: pyptr::Returned<'_, PyString> = empty().into();
        assert!(returned.into_ptr().is_null());
        assert!(Raised::occurred(py).unwrap().is::<PySystemError>());
        assert!(!is_set(py));
    });
}

#[test]
fn an_exception_of_any_type_is_one_of_the_base_type() {
    attached(|py| {
        let exception = run(py, "result = ValueError('any')")
            .cast_into::<PyValueError>()
            .unwrap();
        let count = exception.refcount();
        let other = exception.new_ref().into_base_exception();
        assert!(other.is(&exception));
        assert_eq!(exception.refcount(), count + 1);
        assert!(other.traceback().is_none());
        drop(other);
        let raised = exception.new_ref().raise();
        assert!(raised.is::<PyValueError>());
        drop(raised);
        assert_eq!(exception.refcount(), count);
    });
}

#[test]
fn a_traceback_is_a_new_reference() {
    attached(|py| {
        let raised = py.run(c"raise ValueError", None, None).unwrap_err();
        let exception = raised.into_exception();
        let traceback = exception.traceback().expect("it was raised in Python code");
        let count = traceback.refcount();
        drop(exception.traceback());
        assert_eq!(traceback.refcount(), count);
    });
}
