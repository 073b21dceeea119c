//! Code units.

use pyptr::error::PyValueError;
use pyptr::types::{CodeUnits, PyString};

use crate::common::{attached, fresh_str};

#[test]
fn code_units_are_as_wide_as_they_must_be() {
    attached(|py| {
        let (one, two, four) = (
            fresh_str(py, "gr\u{fc}n"),
            fresh_str(py, "\u{20ac}uro"),
            fresh_str(py, "\u{1f40d}!"),
        );
        assert_eq!(one.code_units().unwrap(), CodeUnits::One(b"gr\xfcn"));
        assert_eq!(
            two.code_units().unwrap(),
            CodeUnits::Two(&[0x20ac, 117, 114, 111])
        );
        assert_eq!(four.code_units().unwrap(), CodeUnits::Four(&[0x1f40d, 33]));
        assert_eq!((one.refcount(), two.refcount(), four.refcount()), (1, 1, 1));
    });
}

#[test]
fn code_units_make_strs() {
    attached(|py| {
        for (units, text) in [
            (CodeUnits::One(b"gr\xfcn"), "gr\u{fc}n"),
            (CodeUnits::Two(&[0x20ac, 33]), "\u{20ac}!"),
            (CodeUnits::Four(&[0x1f40d, 33]), "\u{1f40d}!"),
            (CodeUnits::Four(&[]), ""),
        ] {
            let made = PyString::from_code_units(py, units).unwrap();
            assert!(made.eq_str(text));
        }
        // Made as narrow as it can be, or it would not be equal.
        let narrow = PyString::from_code_units(py, CodeUnits::Four(&[97, 98])).unwrap();
        assert_eq!(
            (narrow.code_units().unwrap(), narrow.refcount()),
            (CodeUnits::One(b"ab"), 1)
        );
        let beyond = PyString::from_code_units(py, CodeUnits::Four(&[0x11_0000]));
        assert!(beyond.unwrap_err().is::<PyValueError>());
    });
}
