//! Raising exceptions from a token: what the message may be.

use pyptr::error::*;
use pyptr::types::{PyString, PyTuple, PyType};
use pyptr::{Python, Raised, TypeObject};

use super::is_set;
use crate::common::attached;

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
