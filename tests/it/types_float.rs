//! `float`.

use pyptr::Owned;
use pyptr::types::PyFloat;

use crate::common::{attached, delta_after_drop};

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
