//! Context variables.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyRuntimeError, PyUnicodeDecodeError, PyValueError};
use pyptr::types::{PyContext, PyContextVar};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

#[test]
fn values_are_new_references() {
    attached(|py| {
        let (value, default, own) = (
            fresh_str(py, "value"),
            fresh_str(py, "default"),
            fresh_str(py, "own"),
        );
        let var = PyContextVar::new(py, c"pyptr_test", Some(&own)).unwrap();
        assert_eq!(own.refcount(), 2);
        assert!(var.get(None).unwrap().unwrap().is(&own));
        assert!(var.get(Some(&default)).unwrap().unwrap().is(&default));
        assert_eq!(delta_after_drop(&default, || var.get(Some(&default))), 0);
        let token = var.set(&value).unwrap();
        assert_eq!(
            (
                delta_while_held(&value, || var.get(None)),
                delta_after_drop(&value, || var.get(None))
            ),
            (1, 0)
        );
        assert!(var.get(Some(&default)).unwrap().unwrap().is(&value));
        var.reset(&token).unwrap();
        assert!(var.get(None).unwrap().unwrap().is(&own));
        assert!(var.reset(&token).unwrap_err().is::<PyRuntimeError>());
        drop(token);
        let other = PyContextVar::new(py, c"other", None).unwrap();
        assert!(other.get(None).unwrap().is_none());
        let token = var.set(&value).unwrap();
        assert!(other.reset(&token).unwrap_err().is::<PyValueError>());
        var.reset(&token).unwrap();
        drop((token, var));
        assert_eq!(
            (value.refcount(), default.refcount(), own.refcount()),
            (1, 1, 1)
        );
        assert!(
            PyContextVar::new(py, c"\xff", None)
                .unwrap_err()
                .is::<PyUnicodeDecodeError>()
        );
    });
}

#[test]
fn what_runs_in_a_context_stays_in_it() {
    attached(|py| {
        let value = fresh_str(py, "value");
        let var = PyContextVar::new(py, c"pyptr_test", None).unwrap();
        let context = PyContext::new(py).unwrap();
        context.run(|| drop(var.set(&value).unwrap())).unwrap();
        assert!(var.get(None).unwrap().is_none());
        assert!(
            context
                .run(|| var.get(None).unwrap().unwrap().is(&value))
                .unwrap()
        );
        let copy = context.copy().unwrap();
        assert!(copy.run(|| var.get(None).unwrap().is_some()).unwrap());
        assert!(
            context
                .run(|| context.run(|| ()).unwrap_err().is::<PyRuntimeError>())
                .unwrap()
        );
        let current = context
            .run(|| PyContext::copy_current(py).unwrap())
            .unwrap();
        drop((context, copy, current));
        assert_eq!(value.refcount(), 1);
    });
}

#[test]
fn a_panic_leaves_the_context() {
    attached(|py| {
        let context = PyContext::new(py).unwrap();
        let panicking = || drop(context.run(|| panic!("in a context")));
        assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
        context.run(|| ()).unwrap();
        assert_eq!(context.refcount(), 1);
    });
}
