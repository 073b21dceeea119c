//! `slice`.

use std::panic::catch_unwind;

use pyptr::error::{PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PySlice, SliceIndices};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

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
