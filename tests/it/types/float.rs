//! `float`.

use pyptr::error::{PyOverflowError, PyTypeError, PyValueError};
use pyptr::types::{ByteOrder, PyBytes, PyFloat};
use pyptr::{Owned, Python, ffi};

use crate::common::{attached, delta_after_drop, fresh_str};

#[test]
fn every_kind_of_value_survives_the_round_trip_bit_by_bit() {
    attached(|py| {
        for value in [
            0.0,
            -0.0,
            -1.0,
            1.5e-323,
            f64::MIN_POSITIVE,
            f64::MAX,
            f64::MIN,
            f64::EPSILON,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
        ] {
            let float = PyFloat::new(py, value).unwrap();
            assert_eq!(float.value().to_bits(), value.to_bits());
        }
    });
}

#[test]
fn value_counts_no_references() {
    attached(|py| {
        let float = PyFloat::new(py, 2.5).unwrap();
        assert_eq!(float.refcount(), 1);
        assert_eq!(delta_after_drop(&float, || float.value()), 0);
    });
}

#[test]
fn a_subclass_is_not_asked_for_its_opinion() {
    attached(|py| {
        let code = c"type('F', (float,), {'__float__': lambda self: 1.0})(2.5)";
        let float: Owned<'_, PyFloat> = py.eval(code, None, None).unwrap().cast_into().unwrap();
        assert_eq!(float.value(), 2.5);
    });
}

#[test]
fn from_text_reads_strs_and_buffers() {
    attached(|py| {
        let (text, wrong) = (fresh_str(py, " 2.5 "), fresh_str(py, "two"));
        let read = || assert_eq!(PyFloat::from_text(py, &text).unwrap().value(), 2.5);
        assert_eq!(delta_after_drop(&text, read), 0);
        let bytes = PyBytes::new(py, b"-1.0").unwrap();
        let float = PyFloat::from_text(py, &bytes).unwrap();
        assert_eq!((float.value(), float.refcount()), (-1.0, 1));
        let fail = || {
            let wrong = PyFloat::from_text(py, &wrong);
            assert!(wrong.unwrap_err().is::<PyValueError>());
        };
        assert_eq!(delta_after_drop(&wrong, fail), 0);
        let fail = || {
            let wrong = PyFloat::from_text(py, &float);
            assert!(wrong.unwrap_err().is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&float, fail), 0);
    });
}

#[test]
fn info_has_the_constants_of_f64() {
    attached(|py| {
        let info = PyFloat::info(py).unwrap();
        assert_eq!(info.refcount(), 1);
        let number = |index: usize| info.get(index).unwrap().extract::<f64>().unwrap();
        assert_eq!((number(0), number(3)), (f64::MAX, f64::MIN_POSITIVE));
        // SAFETY: attached; the call cannot fail.
        assert_eq!(unsafe { ffi::PyFloat_GetMax() }, f64::MAX);
        // SAFETY: as above.
        assert_eq!(unsafe { ffi::PyFloat_GetMin() }, f64::MIN_POSITIVE);
    });
}

/// Packs and unpacks in one format: the bytes in order, and the value that comes back.
type Format = fn(Python<'_>, f64, ByteOrder) -> (Vec<u8>, f64);

#[test]
fn bytes_of_each_format() {
    let half: Format = |py, value, order| {
        let bytes = PyFloat::pack2(py, value, order).unwrap();
        (bytes.into(), PyFloat::unpack2(py, bytes, order).unwrap())
    };
    let single: Format = |py, value, order| {
        let bytes = PyFloat::pack4(py, value, order).unwrap();
        (bytes.into(), PyFloat::unpack4(py, bytes, order).unwrap())
    };
    let double: Format = |py, value, order| {
        let bytes = PyFloat::pack8(py, value, order).unwrap();
        (bytes.into(), PyFloat::unpack8(py, bytes, order).unwrap())
    };
    attached(|py| {
        for (format, value, bytes) in [
            (half, 1.5, &b"\x3e\x00"[..]),
            // What C reports a failure with.
            (half, -1.0, b"\xbc\x00"),
            (single, -1.0, &(-1.0_f32).to_be_bytes()),
            (single, f64::INFINITY, &f32::INFINITY.to_be_bytes()),
            (double, -1.0, &(-1.0_f64).to_be_bytes()),
            (double, f64::MAX, &f64::MAX.to_be_bytes()),
        ] {
            assert_eq!(format(py, value, ByteOrder::Big), (bytes.to_vec(), value));
            let reversed = bytes.iter().rev().copied().collect();
            assert_eq!(format(py, value, ByteOrder::Little), (reversed, value));
        }
        assert!(double(py, f64::NAN, ByteOrder::NATIVE).1.is_nan());
        let wrong = PyFloat::pack2(py, 65520.0, ByteOrder::Big);
        assert!(wrong.unwrap_err().is::<PyOverflowError>());
        let wrong = PyFloat::pack4(py, 1e39, ByteOrder::Big);
        assert!(wrong.unwrap_err().is::<PyOverflowError>());
    });
}
