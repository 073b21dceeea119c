//! Attaching.

use std::panic::catch_unwind;
use std::thread;

use pyptr::Python;
use pyptr::error::{PyKeyError, PyValueError};
use pyptr::types::PyString;

use crate::common::{attached, repeated};
use crate::error::is_set;

#[test]
fn nested_attach_saves_and_restores_the_indicator() {
    attached(|py| {
        let raised = py.raise::<PyValueError>("outer");
        Python::attach(|py| {
            assert!(!is_set(py), "starts clear");
            drop(py.raise::<PyKeyError>("inner"));
            // Also what is left set, without a token.
            std::mem::forget(py.raise::<PyKeyError>("left"));
        });
        assert!(raised.is::<PyValueError>());
        drop(raised);
        Python::attach(|py| std::mem::forget(py.raise::<PyKeyError>("left")));
        assert!(!is_set(py), "nothing comes out");
        let raised = py.raise::<PyValueError>("outer");
        let panicked = catch_unwind(|| {
            Python::attach(|py| {
                let _raised = py.raise::<PyKeyError>("inner");
                panic!("with an exception set");
            })
        });
        assert!(panicked.is_err() && raised.is::<PyValueError>());
    });
}

#[test]
fn a_panic_in_attach_detaches() {
    repeated(|| {
        let panicked = catch_unwind(|| Python::attach(|_| panic!("attached")));
        assert!(panicked.is_err());
        // Otherwise this deadlocks where there is a GIL.
        let other =
            thread::spawn(|| Python::attach(|py| PyString::new(py, "there").unwrap().len()));
        assert_eq!(other.join().unwrap(), 5);
    });
}
