//! Formatting.

use std::fmt;

use pyptr::error::{PySystemError, PyTypeError};
use pyptr::types::PyString;

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, namespace};

#[test]
fn formatting() {
    attached(|py| {
        let format = fresh_str(py, "<%s>");
        let item = fresh_str(py, "item");
        assert!(format.format_with(&item).unwrap().eq_str("<item>"));
        assert_eq!(delta_after_drop(&item, || format.format_with(&item)), 0);
        let tuple = eval(&namespace(py), "(1, 2)");
        let fail = || assert!(format.format_with(&tuple).unwrap_err().is::<PyTypeError>());
        assert_eq!((delta_after_drop(&tuple, fail), format.refcount()), (0, 1));
    });
}

#[test]
fn formatted() {
    struct Failing;
    impl fmt::Display for Failing {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    attached(|py| {
        let text = PyString::format(py, format_args!("{:>3}|{}", 7, "\u{e9}")).unwrap();
        assert!(text.eq_str("  7|\u{e9}") && text.refcount() == 1);
        let failed = PyString::format(py, format_args!("a{}", Failing));
        assert!(failed.unwrap_err().is::<PySystemError>());
    });
}
