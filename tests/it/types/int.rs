//! `int`: every boundary of every conversion.

use std::cmp::Ordering;
use std::ffi::c_void;

use pyptr::error::{PyOverflowError, PyValueError};
use pyptr::types::{ByteOrder, PyBytes, PyInt};
use pyptr::{Borrowed, Owned, PyResult, Python, Raised};

use crate::common::{attached, delta_after_drop};
use crate::python::{eval, namespace};

/// The int that Python makes of a decimal literal: independent of what is tested.
fn literal<'py>(py: Python<'py>, digits: &str) -> Owned<'py, PyInt> {
    let code = std::ffi::CString::new(format!("({digits})")).unwrap();
    let value = py.eval(&code, None, None).unwrap();
    value.cast_into().unwrap()
}

fn text(int: &Borrowed<'_, PyInt>) -> String {
    int.repr().unwrap().to_rust_string().unwrap()
}

fn is_overflow<'py, R>(result: PyResult<'py, R>) -> bool {
    result.is_err_and(|raised| raised.is::<PyOverflowError>())
}

/// Every power of two up to 2^130 and its neighbours, of both signs, as decimal text.
fn boundaries<'py>(py: Python<'py>) -> Vec<String> {
    let code = c"[v for e in range(131) for d in (-1, 0, 1) for v in (2**e + d, -(2**e + d))]";
    let list = py.eval(code, None, None).unwrap();
    let length = list.len().unwrap();
    (0..length as i64)
        .map(|index| {
            let index = PyInt::new(py, index).unwrap();
            let item = list.get_item(&index).unwrap();
            item.repr().unwrap().to_rust_string().unwrap()
        })
        .collect()
}

/// 128 bits, different for each `n`, of all magnitudes (an LCG's output, shifted).
fn random(n: u32) -> u128 {
    let mut state = u128::from(n) + 1;
    for _ in 0..4 {
        state = state
            .wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645)
            .wrapping_add(0x5851_f42d_4c95_7f2d_1405_7b7e_f767_814f);
    }
    state >> (n % 128)
}

#[test]
fn conversions_to_rust_agree_with_rusts_own_parser_at_all_boundaries() {
    attached(|py| {
        let boundaries = boundaries(py);
        assert_eq!(boundaries.len(), 131 * 6);
        for digits in boundaries {
            let int = literal(py, &digits);
            /// `Some` exactly where Rust can parse it; otherwise it must have been an overflow.
            fn check<T: std::str::FromStr + PartialEq + std::fmt::Debug>(
                digits: &str,
                result: PyResult<'_, T>,
            ) {
                match digits.parse::<T>() {
                    Ok(value) => assert_eq!(result.unwrap(), value),
                    Err(_) => assert!(is_overflow(result), "{digits}"),
                }
            }
            check::<i64>(&digits, int.to_i64());
            check::<u64>(&digits, int.to_u64());
            check::<i128>(&digits, int.to_i128());
            check::<u128>(&digits, int.to_u128());
            assert!(Raised::occurred(py).is_none());
            assert_eq!(int.to_f64().unwrap(), digits.parse::<f64>().unwrap());
        }
    });
}

#[test]
fn conversions_from_rust_at_all_boundaries() {
    attached(|py| {
        for digits in boundaries(py) {
            if let Ok(value) = digits.parse::<i64>() {
                assert_eq!(text(&PyInt::new(py, value).unwrap()), digits);
            }
            if let Ok(value) = digits.parse() {
                assert_eq!(text(&PyInt::from_u64(py, value).unwrap()), digits);
            }
            if let Ok(value) = digits.parse() {
                assert_eq!(text(&PyInt::from_i128(py, value).unwrap()), digits);
            }
            if let Ok(value) = digits.parse() {
                assert_eq!(text(&PyInt::from_u128(py, value).unwrap()), digits);
            }
        }
    });
}

#[test]
fn random_128_bit_values_survive_the_round_trip() {
    attached(|py| {
        for n in 0..2000 {
            let unsigned = random(n);
            let signed = match n % 2 {
                0 => random(n + 7) as i128,
                _ => (random(n + 7) as i128).wrapping_neg(),
            };
            let int = PyInt::from_u128(py, unsigned).unwrap();
            assert_eq!(int.to_u128().unwrap(), unsigned);
            assert_eq!(text(&int), unsigned.to_string());
            let int = PyInt::from_i128(py, signed).unwrap();
            assert_eq!(int.to_i128().unwrap(), signed);
            assert_eq!(text(&int), signed.to_string());
        }
    });
}

#[test]
fn minus_one_and_all_ones_are_values_and_no_errors() {
    attached(|py| {
        assert_eq!(PyInt::new(py, -1).unwrap().to_i64().unwrap(), -1);
        // What C says about one that does not fit is not left behind.
        let beyond = literal(py, "-2**63 - 1");
        assert!(beyond.to_i64().unwrap_err().is::<PyOverflowError>());
        assert!(Raised::occurred(py).is_none());
        assert_eq!(PyInt::new(py, -1).unwrap().to_i128().unwrap(), -1);
        assert_eq!(PyInt::new(py, -1).unwrap().to_f64().unwrap(), -1.0);
        let all_ones = PyInt::from_u64(py, u64::MAX).unwrap();
        assert_eq!(all_ones.to_u64().unwrap(), u64::MAX);
        let all_ones = PyInt::from_u128(py, u128::MAX).unwrap();
        assert_eq!(all_ones.to_u128().unwrap(), u128::MAX);
    });
}

#[test]
fn overflow_names_the_type() {
    attached(|py| {
        let int = literal(py, "-1");
        let error = int.to_u64().unwrap_err().into_exception();
        assert_eq!(
            error.str().unwrap().to_str().unwrap(),
            "int does not fit into an unsigned 64-bit integer"
        );
    });
}

#[test]
fn bytes_agree_with_pythons_own_at_all_sizes() {
    attached(|py| {
        let forms = [
            (ByteOrder::Little, true, "'little', signed=True"),
            (ByteOrder::Little, false, "'little', signed=False"),
            (ByteOrder::Big, true, "'big', signed=True"),
            (ByteOrder::Big, false, "'big', signed=False"),
        ]
        .map(|(order, signed, form)| {
            // Compiled once: there are 28,296 calls.
            let code = format!("lambda int, size: int.to_bytes(size, {form})");
            (order, signed, form, eval(&namespace(py), &code))
        });
        let sizes = [1, 2, 7, 8, 9, 15, 16, 17, 40];
        for digits in boundaries(py) {
            let int = literal(py, &digits);
            for &(order, signed, form, ref pythons_own) in &forms {
                for size in sizes {
                    let told = || format!("({digits}).to_bytes({size}, {form})");
                    let mut buffer = vec![0xa5; size];
                    let fits = match int.to_bytes(&mut buffer, order, signed) {
                        Ok(()) => true,
                        Err(raised) => !raised.is::<PyOverflowError>(),
                    };
                    let count = PyInt::new(py, size as i64).unwrap();
                    match pythons_own.call([&*int, &*count]) {
                        Ok(expected) => {
                            assert!(fits, "{}", told());
                            let expected = expected.cast::<PyBytes>().unwrap();
                            assert_eq!(expected.as_bytes(), buffer, "{}", told());
                            let back = PyInt::from_bytes(py, &buffer, order, signed).unwrap();
                            assert!(back.eq(&int).unwrap(), "{}", told());
                        }
                        Err(raised) => {
                            assert!(raised.is::<PyOverflowError>(), "{}", told());
                            assert!(!fits, "{}", told());
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn no_bytes_are_zero() {
    attached(|py| {
        for (order, signed) in [(ByteOrder::Little, true), (ByteOrder::Big, false)] {
            let zero = PyInt::from_bytes(py, &[], order, signed).unwrap();
            assert_eq!(zero.to_i64().unwrap(), 0);
            zero.to_bytes(&mut [], order, signed).unwrap();
            for other in ["1", "-1", "2**64", "-2**64"] {
                let result = literal(py, other).to_bytes(&mut [], order, signed);
                assert!(is_overflow(result), "{other}");
            }
        }
    });
}

#[test]
fn ints_of_thousands_of_bits() {
    attached(|py| {
        let int = literal(py, "-3**5000");
        let bits = int.bit_length().unwrap();
        assert_eq!(bits, 7925);
        let mut buffer = vec![0; bits as usize / 8 + 1];
        int.to_bytes(&mut buffer, ByteOrder::Big, true).unwrap();
        let back = PyInt::from_bytes(py, &buffer, ByteOrder::Big, true).unwrap();
        assert!(back.eq(&int).unwrap());
        assert!(is_overflow(int.to_f64()));
        assert!(is_overflow(int.to_bytes(
            &mut buffer[1..],
            ByteOrder::Big,
            true
        )));
        assert_eq!(
            delta_after_drop(&int, || int.to_bytes(&mut buffer, ByteOrder::Big, true)),
            0
        );
    });
}

#[test]
fn bit_length_as_in_python() {
    attached(|py| {
        for (digits, bits) in [
            ("0", 0),
            ("-1", 1),
            ("255", 8),
            ("-256", 9),
            ("-2**63", 64),
            ("2**64-1", 64),
            ("-2**64", 65),
        ] {
            assert_eq!(literal(py, digits).bit_length().unwrap(), bits, "{digits}");
        }
    });
}

#[test]
fn from_str_radix_takes_what_int_takes() {
    attached(|py| {
        for (input, base, expected) in [
            ("0", 10, "0"),
            (" -1_000\n", 10, "-1000"),
            ("zz", 36, "1295"),
            ("0x_ff", 0, "255"),
            ("0b101", 2, "5"),
            ("\u{ff11}\u{ff12}", 10, "12"),
            (
                "340282366920938463463374607431768211456000",
                10,
                "340282366920938463463374607431768211456000",
            ),
        ] {
            let int = PyInt::from_str_radix(py, input, base).unwrap();
            assert_eq!(text(&int), expected, "{input:?}");
        }
        let bases = [1, 37, u32::MAX, 1 << 31];
        let bad_bases = bases.map(|base| ("1", base));
        let bad_texts = ["", "1\0", "1\x002", "12a", "1__0", "\u{20ac}"].map(|text| (text, 10));
        for (input, base) in bad_bases.into_iter().chain(bad_texts) {
            let result = PyInt::from_str_radix(py, input, base);
            let raised = result.expect_err(input);
            assert!(raised.is::<PyValueError>(), "{input:?} {base}: {raised:?}");
        }
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn from_f64_truncates() {
    attached(|py| {
        let int = PyInt::from_f64(py, -1e20 - 0.5).unwrap();
        assert_eq!(text(&int), "-100000000000000000000");
        assert_eq!(PyInt::from_f64(py, -2.9).unwrap().to_i64().unwrap(), -2);
        assert!(is_overflow(PyInt::from_f64(py, f64::INFINITY)));
        let nan = PyInt::from_f64(py, f64::NAN);
        assert!(nan.is_err_and(|raised| raised.is::<PyValueError>()));
    });
}

#[test]
fn conversions_count_no_references() {
    attached(|py| {
        let int = PyInt::from_u128(py, u128::MAX).unwrap();
        assert_eq!(int.refcount(), 1);
        assert_eq!(delta_after_drop(&int, || int.to_u128()), 0);
        assert_eq!(delta_after_drop(&int, || int.to_i128()), 0);
        assert_eq!(delta_after_drop(&int, || int.to_u64()), 0);
        assert_eq!(delta_after_drop(&int, || int.to_i64()), 0);
        assert_eq!(delta_after_drop(&int, || int.to_f64()), 0);
        assert_eq!(delta_after_drop(&int, || int.bit_length()), 0);
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn a_subclass_is_not_asked_for_its_opinion() {
    attached(|py| {
        let code = c"type('I', (int,), {'__int__': 1, '__index__': 1, 'bit_length': 1})(2**70)";
        let int: Owned<'_, PyInt> = py.eval(code, None, None).unwrap().cast_into().unwrap();
        assert!(int.cast_exact::<PyInt>().is_err());
        assert_eq!(int.to_i128().unwrap(), 1 << 70);
        assert_eq!(int.to_f64().unwrap(), (1u128 << 70) as f64);
        assert_eq!(int.bit_length().unwrap(), 71);
        assert_eq!(py.bool(true).to_i64().unwrap(), 1);
    });
}

#[test]
#[cfg(debug_assertions)]
fn ambiguous_conversions_refuse_to_run_while_an_exception_is_set() {
    attached(|py| {
        let int = PyInt::new(py, 5).unwrap();
        let raised = py.raise::<PyValueError>("still alive");
        for to_float in [false, true] {
            let convert = || match to_float {
                true => drop(int.to_f64()),
                false => drop(int.to_u64()),
            };
            assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(convert)).is_err());
        }
        assert!(raised.is::<PyValueError>());
        // The flag of this one leaves nothing ambiguous.
        assert_eq!(int.to_i64().unwrap(), 5);
    });
}

#[test]
fn ints() {
    attached(|py| {
        let int = |code: &str| eval(&namespace(py), code).cast_into::<PyInt>().unwrap();
        for (code, low, sign) in [
            ("-1", u64::MAX, Ordering::Less),
            ("0", 0, Ordering::Equal),
            ("2**70 + 3", 3, Ordering::Greater),
            ("-2**70 + 3", 3, Ordering::Less),
            ("2**63", 1 << 63, Ordering::Greater),
        ] {
            let int = int(code);
            assert_eq!((int.to_u64_wrapping(), int.sign()), (low, sign), "{code}");
        }
    });
}

#[test]
fn addresses_and_vectorcalls() {
    attached(|py: Python<'_>| {
        let pointer = std::ptr::dangling_mut::<u64>().cast::<c_void>();
        let int = PyInt::from_pointer(py, pointer).unwrap();
        assert_eq!(int.to_pointer().unwrap(), pointer);
        assert!(PyInt::new(py, 0).unwrap().to_pointer().unwrap().is_null());
        let big = eval(&namespace(py), "1 << 80")
            .cast_into::<PyInt>()
            .unwrap();
        let fail = || assert!(big.to_pointer().unwrap_err().is::<PyOverflowError>());
        assert_eq!(delta_after_drop(&big, fail), 0);
        assert!(eval(&namespace(py), "len").vectorcall_function().is_some());
        assert!(py.none().vectorcall_function().is_none());
    });
}

#[test]
fn made_of_every_integer_type() {
    attached(|py| {
        macro_rules! check {
            ($($type:ty),*) => { $(
                for value in [<$type>::MIN, <$type>::MAX, 0, 1] {
                    let int = PyInt::new(py, value).unwrap();
                    assert!(int.str().unwrap() == value.to_string());
                }
            )* };
        }
        check!(
            i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, i128, u128
        );
        assert_eq!(PyInt::new(py, 1 << 30).unwrap().to_i64().unwrap(), 1 << 30);
    });
}
