//! `Raised` proves nothing: where there is no exception after all, there is a `SystemError`; and what an
//! attachment finds set stays set.

use pyptr::error::{PyKeyError, PySystemError, PyValueError};
use pyptr::types::{ByteOrder, PyAny, PyDict, PyInt, PyIterator};
use pyptr::{Owned, PyErr, PyResult, Python, Raised, Returned, ffi};

use crate::common::{attached, fresh_str};
use crate::python::{eval, namespace};

/// A token whose exception raw calls have cleared.
fn empty(py: Python<'_>) -> Raised<'_> {
    let raised = py.raise::<PyValueError>("cleared behind its back");
    // SAFETY: attached.
    unsafe { ffi::PyErr_Clear() };
    raised
}

#[track_caller]
fn assert_missing(error: &PyErr, py: Python<'_>) {
    assert!(error.is::<PySystemError>(py));
    assert_eq!(
        error.to_string(),
        "SystemError: error reported without an exception set"
    );
    assert!(Raised::occurred(py).is_none());
}

#[test]
fn a_token_without_an_exception_is_a_system_error() {
    attached(|py| {
        assert_missing(&PyErr::from(empty(py)), py);
        assert_missing(&PyErr::new(empty(py).into_exception()), py);
        empty(py).leave_set();
        assert_missing(&PyErr::from(Raised::occurred(py).unwrap()), py);
        // What would be NULL without an exception for C.
        let returned: Returned<'_, PyAny> = Err::<Owned<'_, PyAny>, _>(empty(py)).into();
        assert!(returned.into_ptr().is_null());
        assert_missing(&PyErr::from(Raised::occurred(py).unwrap()), py);
        let returned: Returned<'_, PyAny> = empty(py).into();
        assert!(returned.into_ptr().is_null());
        assert_missing(&PyErr::from(Raised::occurred(py).unwrap()), py);
        // These have nothing to say.
        assert!(!empty(py).is::<PyValueError>());
        assert!(!empty(py).matches(&eval(&namespace(py), "ValueError")));
        assert!(empty(py).catch::<PyValueError>().is_err());
        assert_eq!(format!("{:?}", empty(py)), "Raised(nothing)");
        drop(empty(py));
        assert!(Raised::occurred(py).is_none());
        let replaced = empty(py).replace::<PyKeyError>("key");
        assert!(replaced.is::<PyKeyError>());
    });
}

#[test]
fn an_exported_function_without_an_exception_is_a_system_error() {
    attached(|py| {
        let module = py.import(c"rules").unwrap();
        let text = fresh_str(py, "argument");
        for name in [c"clears", c"clears_by_name"] {
            let raised = module.getattr(name).unwrap().call([&text]).unwrap_err();
            assert_missing(&PyErr::from(raised), py);
        }
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn attach_starts_clear_and_restores() {
    attached(|py| {
        let raised = py.raise::<PyValueError>("outside");
        Python::attach(|py| {
            assert!(Raised::occurred(py).is_none());
            // With its own, or what raw calls leave behind.
            py.raise::<PyKeyError>("inside").leave_set();
        });
        assert!(raised.is::<PyValueError>());
        assert_eq!(PyErr::from(raised).to_string(), "ValueError: outside");
        // Also where there was none.
        Python::attach(|py| py.raise::<PyKeyError>("inside").leave_set());
        assert!(Raised::occurred(py).is_none());
    });
}

/// -1 may be a result of these; whether an exception is set tells.
#[cfg(debug_assertions)]
#[test]
fn ambiguous_functions_ask_for_a_clear_indicator() {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    type Objects<'a, 'py> = (
        &'a Owned<'py, PyInt>,
        &'a Owned<'py, PyDict>,
        &'a Owned<'py, PyIterator>,
    );
    type Call = for<'py> fn(Objects<'_, 'py>) -> PyResult<'py, ()>;
    const CALLS: &[(&str, Call)] = &[
        ("to_u64", |(int, _, _)| int.to_u64().map(drop)),
        ("to_f64", |(int, _, _)| int.to_f64().map(drop)),
        ("to_bytes", |(int, _, _)| {
            int.to_bytes(&mut [0; 8], ByteOrder::Little, true)
        }),
        ("extract f64", |(int, _, _)| int.extract::<f64>().map(drop)),
        ("get", |(int, dict, _)| dict.get(int).map(drop)),
        ("setdefault", |(int, dict, _)| {
            dict.setdefault(int, int).map(drop)
        }),
        ("next_item", |(_, _, items)| items.next_item().map(drop)),
    ];
    attached(|py| {
        let int = PyInt::new(py, 1_i64 << 40).unwrap();
        let dict = PyDict::new(py).unwrap();
        let items = eval(&namespace(py), "(1, 2)").iter().unwrap();
        for (name, call) in CALLS {
            call((&int, &dict, &items)).unwrap();
            let raised = py.raise::<PyValueError>("still set");
            let result = catch_unwind(AssertUnwindSafe(|| drop(call((&int, &dict, &items)))));
            assert!(result.is_err(), "{name}");
            drop(raised);
        }
    });
}
