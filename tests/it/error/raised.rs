//! `Raised`: an exception that is set.

use pyptr::Raised;
use pyptr::error::*;
use pyptr::types::{PyString, PyType};

use super::is_set;
use crate::common::{attached, fresh_str};
use crate::python::run;

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

/// C's function would call itself for each tuple.
#[test]
fn classes_in_nested_tuples_match() {
    attached(|py| {
        let nested = |inner: &str, depth: usize| {
            run(
                py,
                &format!(
                    "result = {inner}\nfor _ in range({depth}): result = (OSError, result, 1)"
                ),
            )
        };
        // Made first: no code may run while the exception is set.
        let mut found = [false; 6];
        let tuples = [
            nested("KeyError", 1),
            nested("(ValueError, LookupError)", 3),
            nested("KeyError", 200_000),
            nested("ValueError", 200_000),
            nested("()", 3),
            nested("None", 0),
        ];
        let raised = py.raise::<PyKeyError>("key");
        for (found, tuple) in found.iter_mut().zip(&tuples) {
            *found = raised.matches(tuple);
        }
        assert_eq!(found, [true, true, true, false, false, false]);
        assert!(raised.is::<PyKeyError>());
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

/// C code can set anything.
#[test]
fn what_is_set_and_is_no_exception() {
    attached(|py| {
        let value = fresh_str(py, "no exception");
        let set = || {
            let value = value.new_ref().into_ptr();
            #[cfg(Py_3_12)]
            // SAFETY: attached; the reference is given away.
            unsafe {
                pyptr::ffi::PyErr_SetRaisedException(value)
            };
            #[cfg(not(Py_3_12))]
            // SAFETY: attached; both references are given away.
            unsafe {
                let kind = fresh_str(py, "no class").into_ptr();
                pyptr::ffi::PyErr_Restore(kind, value, std::ptr::null_mut())
            };
            Raised::occurred(py).expect("just set")
        };
        let kind = if cfg!(Py_3_12) { "str" } else { "no class" };
        let shown = format!("{:?}", set());
        assert!(shown.starts_with(&format!("Raised({kind} at ")), "{shown}");
        assert!(!set().is::<PyValueError>());
        assert!(set().catch::<PyValueError>().is_err());
        let error = set().into_exception();
        assert!(!is_set(py) && error.cast_exact::<PySystemError>().is_ok());
        assert!(
            error
                .str()
                .unwrap()
                .eq_str("what was raised is no exception")
        );
        assert_eq!(value.refcount(), 1);
    });
}
