//! Errors that pass through code with an error type of its own: loops, and traits like those of serde.

use std::cell::Cell;
use std::error::Error;
use std::fmt;

use pyptr::error::{PyRuntimeError, PyValueError};
use pyptr::types::{PyAny, PyDict, PyInt, PySet, PyString};
use pyptr::{Borrowed, PyErr, Raised};

use super::is_set;
use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, namespace};

/// Loops that call code with an error type of its own: the loop's own error is kept beside it.
#[test]
fn loops_with_any_error_type() {
    attached(|py| {
        let dict = eval(&namespace(py), "{'a': 1, 'b': 2}")
            .cast_into::<PyDict>()
            .unwrap();
        let set = eval(&namespace(py), "{1, 2}").cast_into::<PySet>().unwrap();
        let grow = |dict: &Borrowed<'_, PyDict>| dict.set_str("c", py.none()).unwrap();
        let kept: Cell<Option<PyErr>> = Cell::new(None);
        let keep = |raised: Raised<'_>| -> &'static str {
            kept.set(Some(raised.into()));
            "kept"
        };
        assert_eq!(dict.try_for_each_or(keep, |_, _| Err("own")), Err("own"));
        assert_eq!(dict.try_for_each_or(keep, |_, _| Ok(())), Ok(()));
        assert!(kept.take().is_none());
        let result = dict.try_for_each_or(keep, |_, _| {
            grow(&dict);
            Ok(())
        });
        assert_eq!(result, Err("kept"));
        assert!(kept.take().unwrap().is::<PyRuntimeError>(py));
        assert_eq!(dict.for_each_loaded_or(keep, |_, _| Err("own")), Err("own"));
        let result = dict.for_each_loaded_or(keep, |_, _| {
            drop(dict.pop(&PyString::new(py, "c").unwrap()));
            Ok(())
        });
        assert_eq!(result, Err("kept"));
        assert!(kept.take().unwrap().is::<PyRuntimeError>(py));
        assert_eq!(set.for_each_loaded_or(keep, |_| Err("own")), Err("own"));
        let three = PyInt::new(py, 3).unwrap();
        let result = set.for_each_loaded_or(keep, |_| {
            set.add(&three).unwrap();
            Ok(())
        });
        assert_eq!(result, Err("kept"));
        let error = kept.take().unwrap();
        assert_eq!(
            error.display(py),
            "RuntimeError: Set changed size during iteration"
        );
        let item = fresh_str(py, "an item");
        assert!(dict.set_str("c", &item).is_ok());
        let fails = || {
            let failed = dict.try_for_each_or(keep, |_, _| Err("own"));
            assert!(failed.is_err());
        };
        assert_eq!(delta_after_drop(&item, fails), 0);
        assert!(!is_set(py));
    });
}

/// The pattern for serde's `custom`: what is raised by Python passes through, and texts become a `ValueError`.
#[test]
fn errors_like_those_of_serde() {
    trait Custom: Error + Sized {
        fn custom<T: fmt::Display>(text: T) -> Self;
    }
    #[derive(Debug)]
    struct Own(PyErr);
    impl fmt::Display for Own {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }
    impl Error for Own {}
    impl<E: Into<PyErr>> From<E> for Own {
        fn from(error: E) -> Own {
            Own(error.into())
        }
    }
    impl Custom for Own {
        fn custom<T: fmt::Display>(text: T) -> Own {
            Own(PyErr::with_message::<PyValueError>(text))
        }
    }
    fn read<'py>(object: &Borrowed<'py, PyAny>) -> Result<i64, Own> {
        let dict = object.cast::<PyDict>()?;
        let mut sum = 0;
        dict.try_for_each(|key, value| match key.is_none() {
            true => Err(Own::custom("None is no key")),
            false => {
                sum += value.cast::<PyInt>()?.to_i64()?;
                Ok(())
            }
        })?;
        Ok(sum)
    }
    attached(|py| {
        let read =
            |code: &str| read(&eval(&namespace(py), code)).map_err(|error| error.0.display(py));
        assert_eq!(read("{1: 2, 3: 4}"), Ok(6));
        assert_eq!(
            read("{None: 2}"),
            Err("ValueError: None is no key".to_owned())
        );
        assert_eq!(
            read("{1: '2'}"),
            Err("TypeError: expected int, got str".to_owned())
        );
        let text = read("{1: 2**70}").unwrap_err();
        assert!(text.starts_with("OverflowError: "));
        assert!(!is_set(py));
    });
}
