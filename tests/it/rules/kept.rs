//! Services of several kinds, whose own tests ask for results alone: none keeps or takes a reference.

use std::ffi::CString;

use pyptr::PyErr;
use pyptr::error::{PyKeyError, PyRecursionError, PyUserWarning, PyValueError};
use pyptr::sync::with_critical_section2;
use pyptr::types::{DateTimeApi, PyInt, PyList, PyType};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, namespace};

#[test]
fn services_of_the_interpreter() {
    attached(|py| {
        let list = eval(&namespace(py), "[]").cast_into::<PyList>().unwrap();
        let kind = PyType::of::<PyKeyError>(py);
        let services = || {
            py.recurse(c" in a test", || Ok(list.len())).unwrap();
            py.check_signals().unwrap();
            assert!(!py.raise_in_thread(1, Some(kind)));
            assert_eq!(with_critical_section2(&list, &list, || list.len()), 0);
            let fail = py.recurse(c" in a test", || {
                Err::<(), _>(py.raise::<PyRecursionError>(""))
            });
            assert!(fail.unwrap_err().is::<PyRecursionError>());
            py.collect_garbage();
        };
        assert_eq!(delta_after_drop(&list, services), 0);
        if !cfg!(Py_3_12) {
            assert_eq!(delta_after_drop(kind, services), 0);
        }
    });
}

#[test]
fn times_ints_and_messages() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let zone = eval(
            &namespace(py),
            "__import__('datetime').timezone(__import__('datetime').timedelta(hours=1))",
        );
        let zone = zone.cast_into::<pyptr::types::PyTzInfo>().unwrap();
        let time = || api.time((1, 2, 3, 4), Some(&zone)).unwrap();
        assert_eq!(
            (delta_while_held(&zone, time), delta_after_drop(&zone, time)),
            (1, 0)
        );
        let fail = || {
            let wrong = api.time((99, 2, 3, 4), Some(&zone));
            assert!(wrong.unwrap_err().is::<PyValueError>());
        };
        assert_eq!(delta_after_drop(&zone, fail), 0);
        let big = PyInt::from_str_radix(py, "123456789abcdef", 16).unwrap();
        let float = PyInt::from_f64(py, 1e30).unwrap();
        assert_eq!((big.refcount(), float.refcount()), (1, 1));
        let text = fresh_str(py, "the message");
        let error = PyErr::from(py.raise::<PyKeyError>(&*text.to_rust_string().unwrap()));
        let shown = || assert!(error.display(py).to_string().contains("the message"));
        assert_eq!(delta_after_drop(error.exception(py), shown), 0);
        let warned = CString::new("a warning of this test").unwrap();
        let warn = || drop(py.warn::<PyUserWarning>(warned.to_str().unwrap(), 1));
        assert_eq!(delta_after_drop(&text, warn), 0);
    });
}
