//! `bool`, integers, floats.

use std::fmt::{Debug, Display};

use pyptr::types::{PyAny, PyBool, PyInt};
use pyptr::{FromPyObject, IntoPyObject, Owned, Python};

use super::{error, eval, repr, run, wrong_type};
use crate::common::{attached, delta_after_drop};

/// Both ends convert both ways, one beyond either does not.
fn integer_range<T>(py: Python<'_>, name: &str, min: T, max: T)
where
    T: for<'a, 'py> FromPyObject<'a, 'py>
        + for<'py> IntoPyObject<'py>
        + Copy
        + Debug
        + Display
        + PartialEq,
{
    for value in [min, max] {
        assert_eq!(repr(py, value), value.to_string(), "{name}");
        let object = eval(py, &value.to_string());
        assert_eq!(object.extract::<T>().unwrap(), value, "{name}");
        let made = value.into_py_object(py).unwrap();
        assert!(made.eq(&object).unwrap(), "{name}");
    }
    for beyond in [
        format!("{max} + 1"),
        format!("{min} - 1"),
        "2**200".to_owned(),
        "-2**200".to_owned(),
    ] {
        let object = eval(py, &beyond);
        let got = match object.extract::<i128>() {
            Ok(value) => value.to_string(),
            Err(_) if beyond.as_bytes()[0] == b'-' => "a lesser one".to_owned(),
            Err(_) => "a greater one".to_owned(),
        };
        assert_eq!(
            error::<T>(&object),
            format!("OverflowError: expected int from {min} to {max}, got {got}"),
            "{beyond}"
        );
    }
}

#[test]
fn integers_convert_in_their_range_and_overflow_beyond() {
    attached(|py| {
        integer_range(py, "i8", i8::MIN, i8::MAX);
        integer_range(py, "i16", i16::MIN, i16::MAX);
        integer_range(py, "i32", i32::MIN, i32::MAX);
        integer_range(py, "i64", i64::MIN, i64::MAX);
        integer_range(py, "i128", i128::MIN, i128::MAX);
        integer_range(py, "isize", isize::MIN, isize::MAX);
        integer_range(py, "u8", u8::MIN, u8::MAX);
        integer_range(py, "u16", u16::MIN, u16::MAX);
        integer_range(py, "u32", u32::MIN, u32::MAX);
        integer_range(py, "u64", u64::MIN, u64::MAX);
        integer_range(py, "u128", u128::MIN, u128::MAX);
        integer_range(py, "usize", usize::MIN, usize::MAX);
    });
}

#[test]
fn integers_around_minus_one() {
    // The C API's value for failure.
    attached(|py| {
        let minus_one = eval(py, "-1");
        assert_eq!(minus_one.extract::<i8>().unwrap(), -1);
        assert_eq!(minus_one.extract::<i64>().unwrap(), -1);
        assert_eq!(minus_one.extract::<i128>().unwrap(), -1);
        assert_eq!(minus_one.extract::<f64>().unwrap(), -1.0);
        assert_eq!(
            error::<u128>(&minus_one),
            "OverflowError: expected int from 0 to 340282366920938463463374607431768211455, got -1"
        );
    });
}

#[test]
fn integers_take_what_has_an_index_and_no_float() {
    attached(|py| {
        let indexed = run(
            py,
            "class Indexed:\n    def __index__(self): return 40\nresult = Indexed()",
        );
        assert_eq!(indexed.extract::<i8>().unwrap(), 40);
        assert_eq!(indexed.extract::<u64>().unwrap(), 40);
        assert_eq!(indexed.extract::<i128>().unwrap(), 40);
        assert_eq!(delta_after_drop(&indexed, || indexed.extract::<i64>()), 0);

        assert_eq!(eval(py, "True").extract::<u8>().unwrap(), 1);
        let subclass = run(py, "class Int(int): pass\nresult = Int(77)");
        assert_eq!(subclass.extract::<u8>().unwrap(), 77);

        for other in ["1.0", "'1'", "None", "1j"] {
            assert_eq!(wrong_type::<i64>(&eval(py, other)), "int", "{other}");
        }
        let int_only = run(
            py,
            "class IntOnly:\n    def __int__(self): return 1\nresult = IntOnly()",
        );
        assert_eq!(wrong_type::<i64>(&int_only), "int");
        assert_eq!(
            error::<i64>(&eval(py, "1.5")),
            "TypeError: expected int, got float"
        );
    });
}

#[test]
fn an_index_may_fail() {
    attached(|py| {
        let raising = run(
            py,
            "class Raising:\n    def __index__(self): raise KeyError('index')\nresult = Raising()",
        );
        assert_eq!(error::<i64>(&raising), "KeyError: 'index'");
        assert_eq!(delta_after_drop(&raising, || raising.extract::<u128>()), 0);
        let wrong = run(
            py,
            "class Wrong:\n    def __index__(self): return '1'\nresult = Wrong()",
        );
        let message = match cfg!(Py_3_15) {
            true => "TypeError: Wrong.__index__() must return an int, not str",
            false => "TypeError: __index__ returned non-int (type str)",
        };
        assert_eq!(error::<i64>(&wrong), message);
        assert_eq!(delta_after_drop(&wrong, || wrong.extract::<i64>()), 0);
    });
}

#[test]
fn what_an_index_returns_is_released() {
    attached(|py| {
        let pair = run(
            py,
            "class Indexed:\n    def __index__(self): return self.value\n\
             item = Indexed()\nitem.value = 2**100 + id(item)\nresult = (item, item.value)",
        );
        let (object, value): (Owned<'_, PyAny>, Owned<'_, PyAny>) = pair.extract().unwrap();
        assert_eq!(delta_after_drop(&value, || object.extract::<u128>()), 0);
        assert_eq!(delta_after_drop(&value, || object.extract::<u8>()), 0);
        let text = error::<u8>(&object);
        assert!(
            text.contains("expected int from 0 to 255, got 12676506002282"),
            "{text}"
        );
    });
}

#[test]
fn an_int_is_not_counted_by_its_conversion() {
    attached(|py| {
        let large = eval(py, "2**70 + 1");
        assert_eq!(large.refcount(), 1);
        assert_eq!(delta_after_drop(&large, || large.extract::<u128>()), 0);
        assert_eq!(delta_after_drop(&large, || large.extract::<i64>()), 0);
        assert_eq!(delta_after_drop(&large, || large.extract::<u64>()), 0);
        assert_eq!(delta_after_drop(&large, || large.extract::<f64>()), 0);
        assert_eq!(delta_after_drop(&large, || large.extract::<bool>()), 0);
        let made = (1_i64 << 40).into_py_object(py).unwrap();
        assert_eq!(made.refcount(), 1);
    });
}

#[test]
fn bool_is_exact() {
    attached(|py| {
        assert!(eval(py, "True").extract::<bool>().unwrap());
        assert!(!eval(py, "False").extract::<bool>().unwrap());
        for other in ["1", "0", "None", "''", "[]"] {
            assert_eq!(wrong_type::<bool>(&eval(py, other)), "bool", "{other}");
        }
        assert_eq!(
            error::<bool>(&eval(py, "1")),
            "TypeError: expected bool, got int"
        );
        assert!(true.into_py_object(py).unwrap().is(py.bool(true)));
        assert!(false.into_py_object(py).unwrap().is(py.bool(false)));
        let made = true.into_py_object(py).unwrap();
        assert!(made.cast_exact::<PyBool>().is_ok());
    });
}

#[test]
fn floats_round_trip() {
    attached(|py| {
        for value in [
            0.0,
            -0.0,
            -1.0,
            0.1,
            f64::MIN,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            f64::INFINITY,
        ] {
            let object = value.into_py_object(py).unwrap();
            assert_eq!(object.extract::<f64>().unwrap().to_bits(), value.to_bits());
            assert_eq!(object.refcount(), 1);
        }
        let nan = f64::NAN.into_py_object(py).unwrap();
        assert!(nan.extract::<f64>().unwrap().is_nan());
        assert!(nan.extract::<f32>().unwrap().is_nan());
        for value in [f32::MIN, f32::MAX, 0.1, f32::NEG_INFINITY, -0.0] {
            let object = value.into_py_object(py).unwrap();
            assert_eq!(object.extract::<f32>().unwrap().to_bits(), value.to_bits());
        }
    });
}

#[test]
fn floats_take_real_numbers() {
    attached(|py| {
        assert_eq!(eval(py, "3").extract::<f64>().unwrap(), 3.0);
        assert_eq!(eval(py, "True").extract::<f32>().unwrap(), 1.0);
        let subclass = run(
            py,
            "class Float(float):\n    def __float__(self): return 0.0\nresult = Float(2.5)",
        );
        assert_eq!(subclass.extract::<f64>().unwrap(), 2.5);
        let real = run(
            py,
            "class Real:\n    def __float__(self): return 1.25\nresult = Real()",
        );
        assert_eq!(real.extract::<f64>().unwrap(), 1.25);
        assert_eq!(delta_after_drop(&real, || real.extract::<f64>()), 0);
        let indexed = run(
            py,
            "class Indexed:\n    def __index__(self): return 40\nresult = Indexed()",
        );
        assert_eq!(indexed.extract::<f64>().unwrap(), 40.0);

        for other in ["'1.0'", "None", "1j", "object()"] {
            assert_eq!(
                wrong_type::<f64>(&eval(py, other)),
                "real number",
                "{other}"
            );
            assert_eq!(wrong_type::<f32>(&eval(py, other)), "real number");
        }
    });
}

#[test]
fn floats_may_fail() {
    attached(|py| {
        let raising = run(
            py,
            "class Raising:\n    def __float__(self): raise KeyError('float')\nresult = Raising()",
        );
        assert_eq!(error::<f64>(&raising), "KeyError: 'float'");
        assert_eq!(delta_after_drop(&raising, || raising.extract::<f32>()), 0);
        assert_eq!(
            error::<f64>(&eval(py, "10**400")),
            "OverflowError: int too large to convert to float"
        );
        let large = eval(py, "1e300");
        assert_eq!(
            error::<f32>(&large),
            "OverflowError: expected real number from -3.4028235e38 to 3.4028235e38, got 1e300"
        );
        assert_eq!(eval(py, "-1e-300").extract::<f32>().unwrap(), -0.0);
    });
}

#[test]
fn what_is_made_has_the_exact_type() {
    attached(|py| {
        let int = 1_u16.into_py_object(py).unwrap();
        assert!(int.cast_exact::<PyInt>().is_ok());
        assert!(int.cast::<PyAny>().is_ok());
        assert_eq!(repr(py, 1.5_f32), "1.5");
        assert_eq!(repr(py, 2_f64), "2.0");
    });
}

#[test]
fn integers_other_than_zero() {
    use std::num::{NonZero, NonZeroI128, NonZeroU8, NonZeroUsize};

    attached(|py| {
        assert_eq!(eval(py, "255").extract::<NonZeroU8>().unwrap().get(), 255);
        assert_eq!(eval(py, "-1").extract::<NonZero<i8>>().unwrap().get(), -1);
        assert_eq!(
            eval(py, "2**100").extract::<NonZeroI128>().unwrap().get(),
            1 << 100
        );
        assert_eq!(repr(py, NonZeroUsize::MAX), usize::MAX.to_string());
        assert_eq!(
            error::<NonZeroU8>(&eval(py, "0")),
            "ValueError: expected int other than 0, got 0"
        );
        assert_eq!(
            error::<NonZeroU8>(&eval(py, "256")),
            "OverflowError: expected int from 1 to 255, got 256"
        );
        assert_eq!(
            error::<NonZeroU8>(&eval(py, "-1")),
            "OverflowError: expected int from 1 to 255, got -1"
        );
        assert_eq!(
            error::<NonZero<i8>>(&eval(py, "128")),
            "OverflowError: expected int from -128 to 127 other than 0, got 128"
        );
        assert_eq!(
            error::<NonZeroI128>(&eval(py, "-2**130")),
            format!(
                "OverflowError: expected int from {} to {} other than 0, got a lesser one",
                i128::MIN,
                i128::MAX
            )
        );
        assert_eq!(
            error::<Vec<NonZeroUsize>>(&eval(py, "[1, 2**200]")),
            format!(
                "OverflowError: item 1: expected int from 1 to {}, got a greater one",
                usize::MAX
            )
        );
        assert_eq!(
            error::<Vec<NonZero<i64>>>(&eval(py, "[1, False]")),
            "ValueError: item 1: expected int other than 0, got 0"
        );
        assert_eq!(wrong_type::<NonZeroU8>(&eval(py, "1.0")), "int");
    });
}
