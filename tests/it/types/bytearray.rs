//! `bytearray`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyBufferError, PyTypeError, PyValueError};
use pyptr::types::{PyByteArray, PyBytes};

use crate::common::{attached, delta_after_drop};
use crate::python::{eval, namespace};

#[test]
fn content_is_copied_in_and_out() {
    attached(|py| {
        for content in [&b""[..], b"x", b"a\0b\xff", &[7; 5000]] {
            let array = PyByteArray::new(py, content).unwrap();
            assert_eq!(array.to_vec().unwrap(), content);
            assert_eq!(
                (array.len(), array.is_empty()),
                (content.len(), content.is_empty())
            );
            assert_eq!(array.refcount(), 1);
            assert_eq!(delta_after_drop(&array, || array.to_vec()), 0);
        }
    });
}

#[test]
fn resize_cuts_off_and_adds_zeros() {
    attached(|py| {
        let array = PyByteArray::new(py, b"content").unwrap();
        array.resize(3).unwrap();
        assert_eq!(array.to_vec().unwrap(), b"con");
        array.resize(5).unwrap();
        assert_eq!(array.to_vec().unwrap(), b"con\0\0");
        let view = array.buffer().unwrap();
        assert!(array.resize(6).unwrap_err().is::<PyBufferError>());
        drop(view);
        array.resize(0).unwrap();
        assert!(array.is_empty());
        assert_eq!(array.refcount(), 1);
        assert!(array.resize(usize::MAX).is_err());
    });
}

#[test]
fn write_at_stays_within() {
    attached(|py| {
        let array = PyByteArray::new(py, b"content").unwrap();
        array.write_at(2, b"NT");
        array.write_at(7, b"");
        assert_eq!(array.to_vec().unwrap(), b"coNTent");
        for (start, bytes) in [(6, &b"ab"[..]), (8, b""), (usize::MAX, b"a")] {
            assert!(catch_unwind(AssertUnwindSafe(|| array.write_at(start, bytes))).is_err());
        }
        assert_eq!(
            (array.to_vec().unwrap(), array.refcount()),
            (b"coNTent".to_vec(), 1)
        );
    });
}

#[test]
fn concat_borrows_both() {
    attached(|py| {
        let array = PyByteArray::new(py, b"left").unwrap();
        let bytes = PyBytes::new(py, b" right").unwrap();
        let both = array.concat(&bytes).unwrap();
        assert_eq!(
            (both.to_vec().unwrap(), both.refcount()),
            (b"left right".to_vec(), 1)
        );
        assert_eq!(
            delta_after_drop(&bytes, || array.concat(&bytes).unwrap()),
            0
        );
        let none = || assert!(array.concat(py.none()).unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&array, none), 0);
    });
}

#[test]
fn from_object() {
    attached(|py| {
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        let make = || PyByteArray::from_object(py, &bytes).unwrap();
        assert_eq!(
            (make().to_vec().unwrap(), delta_after_drop(&bytes, make)),
            (b"bytes".to_vec(), 0)
        );
        let items = eval(&namespace(py), "[1, 300]");
        let fail = || {
            assert!(
                PyByteArray::from_object(py, &items)
                    .unwrap_err()
                    .is::<PyValueError>()
            )
        };
        assert_eq!(delta_after_drop(&items, fail), 0);
        assert!(PyByteArray::from_object(py, py.none()).is_err());
    });
}
