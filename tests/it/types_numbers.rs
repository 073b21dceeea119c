//! `complex`, `slice`, `range`, `...` and `NotImplemented`.

use std::panic::catch_unwind;

use pyptr::Owned;
use pyptr::error::{PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PyComplex, PyEllipsis, PyNotImplemented, PyRange, PySlice, SliceIndices};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn complex_parts() {
    attached(|py| {
        let number = PyComplex::new(py, 1.5, -0.0).unwrap();
        assert_eq!(
            (number.real(), number.value(), number.refcount()),
            (1.5, (1.5, -0.0), 1)
        );
        assert!(number.imag().is_sign_negative());
        let ns = namespace(py);
        exec(
            &ns,
            "class C(complex):\n def __complex__(self):\n  return 1j\nc = C(2, 3)",
        );
        let own = eval(&ns, "c").cast_into::<PyComplex>().unwrap();
        assert_eq!(own.value(), (2.0, 3.0));
        assert!(own.cast_exact::<PyComplex>().is_err());
    });
}

#[test]
fn to_complex_asks_any_number() {
    attached(|py| {
        let ns = namespace(py);
        for (code, value) in [
            ("2", (2.0, 0.0)),
            ("-1", (-1.0, 0.0)),
            ("2.5", (2.5, 0.0)),
            ("-1+3j", (-1.0, 3.0)),
        ] {
            assert_eq!(eval(&ns, code).to_complex().unwrap(), value, "{code}");
        }
        let text = fresh_str(py, "1j text");
        let fail = || assert!(text.to_complex().unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&text, fail), 0);
        exec(&ns, "class C:\n def __complex__(self):\n  return 1 // 0");
        assert!(
            eval(&ns, "C()")
                .to_complex()
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
    });
}

#[test]
fn a_slice_lends_its_members() {
    attached(|py| {
        let (start, step) = (fresh_str(py, "start"), fresh_str(py, "step"));
        let make = || PySlice::new(py, Some(&start), None, Some(&step)).unwrap();
        assert_eq!(
            (
                delta_while_held(&start, make),
                delta_after_drop(&start, make)
            ),
            (1, 0)
        );
        let slice = make();
        let before = (start.refcount(), step.refcount());
        assert!(slice.start().is(&start) && slice.stop().is_none() && slice.step().is(&step));
        assert_eq!((start.refcount(), step.refcount()), before);
        assert!(slice.indices(3).unwrap_err().is::<PyTypeError>());
        assert_eq!((slice.refcount(), start.refcount()), (1, before.0));
    });
}

#[test]
fn indices_as_python_counts_them() {
    attached(|py| {
        let ns = namespace(py);
        for slice in [
            "slice(None)",
            "slice(2, -1)",
            "slice(None, None, -2)",
            "slice(-99, 99, 3)",
            "slice(5, 2)",
        ] {
            for len in [0, 1, 7] {
                let object = eval(&ns, slice).cast_into::<PySlice>().unwrap();
                let indices = object.indices(len).unwrap();
                let SliceIndices {
                    start,
                    stop,
                    step,
                    len: count,
                } = indices;
                assert_eq!(
                    shown(&eval(&ns, &format!("{slice}.indices({len})"))),
                    format!("({start}, {stop}, {step})")
                );
                assert_eq!(
                    shown(&eval(&ns, &format!("len(range({len})[{slice}])"))),
                    count.to_string()
                );
            }
        }
        let zero = eval(&ns, "slice(None, None, 0)")
            .cast_into::<PySlice>()
            .unwrap();
        assert!(zero.indices(3).unwrap_err().is::<PyValueError>());
        exec(&ns, "class I:\n def __index__(self):\n  return 1 // 0");
        let failing = eval(&ns, "slice(I())").cast_into::<PySlice>().unwrap();
        assert!(failing.indices(3).unwrap_err().is::<PyZeroDivisionError>());
    });
}

#[test]
fn steps_that_are_none_panic() {
    for step in [0, isize::MIN] {
        let indices = SliceIndices {
            start: 0,
            stop: 3,
            step,
            len: 0,
        };
        assert!(catch_unwind(|| indices.adjust(3)).is_err());
    }
}

#[test]
fn ranges() {
    attached(|py| {
        let range = PyRange::new(py, 1 << 40, -7, -3).unwrap();
        assert_eq!(shown(&range), format!("range({}, -7, -3)", 1_i64 << 40));
        assert_eq!(shown(&range.start().unwrap()), (1_i64 << 40).to_string());
        assert_eq!(
            (shown(&range.stop().unwrap()), shown(&range.step().unwrap())),
            ("-7".into(), "-3".into())
        );
        assert_eq!(
            delta_after_drop(&range.start().unwrap(), || range.start()),
            0
        );
        assert!(PyRange::new(py, 0, 1, 0).unwrap_err().is::<PyValueError>());
        assert!(range.cast::<PyRange>().is_ok() && py.none().cast::<PyRange>().is_err());
    });
}

#[test]
fn singletons() {
    attached(|py| {
        let ns = namespace(py);
        let (ellipsis, not_implemented) = (eval(&ns, "..."), eval(&ns, "NotImplemented"));
        assert!(ellipsis.is(py.ellipsis()) && not_implemented.is(py.not_implemented()));
        assert!(
            ellipsis.cast::<PyEllipsis>().is_ok() && ellipsis.cast::<PyNotImplemented>().is_err()
        );
        assert!(not_implemented.cast::<PyNotImplemented>().is_ok());
        let held: Owned<'_, PyEllipsis> = py.ellipsis().new_ref();
        assert!(held.is(py.ellipsis()));
    });
}
