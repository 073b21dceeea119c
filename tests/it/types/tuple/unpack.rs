//! Arguments unpacked from a tuple.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use pyptr::error::PyTypeError;
use pyptr::types::PyTuple;
use pyptr::{Borrowed, PyErr, PyResult, Raised, ffi};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, given, namespace};

fn message(raised: Raised<'_>) -> String {
    let py = raised.py();
    PyErr::from(raised).display(py).to_string()
}

#[test]
fn unpacking_lends() {
    attached(|py| {
        let text = fresh_str(py, "item");
        let args = PyTuple::from_owned(py, [given(&text), given(&text)]).unwrap();
        let unpack = || {
            let [first, second, third] = args.unpack(None, 1).unwrap();
            assert!(first.unwrap().is(&text) && second.unwrap().is(&text) && third.is_none());
            assert_eq!(text.refcount(), 3);
        };
        assert_eq!(delta_after_drop(&text, unpack), 0);
        assert_eq!(delta_after_drop(&args, unpack), 0);
        let [] = PyTuple::empty(py).unpack::<0>(None, 0).unwrap();
        let fail = || {
            assert!(args.unpack::<1>(None, 0).unwrap_err().is::<PyTypeError>());
            assert!(args.unpack::<3>(None, 3).unwrap_err().is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&args, fail), 0);
        assert_eq!(text.refcount(), 3);
        let nonsense = || drop(args.unpack::<1>(None, 2));
        assert!(catch_unwind(AssertUnwindSafe(nonsense)).is_err());
    });
}

/// C's own function, with as many places as any of these asks for.
fn unpack_by_c<'py>(
    args: &Borrowed<'py, PyTuple>,
    name: Option<&std::ffi::CStr>,
    (min, max): (usize, usize),
) -> PyResult<'py, ()> {
    let name = name.map_or(ptr::null(), std::ffi::CStr::as_ptr);
    let mut places = [ptr::null_mut::<ffi::PyObject>(); 3];
    let [a, b, c] = places.each_mut();
    let (min, max) = (min as ffi::Py_ssize_t, max as ffi::Py_ssize_t);
    let (a, b, c) = (ptr::from_mut(a), ptr::from_mut(b), ptr::from_mut(c));
    // SAFETY: a live tuple; three places, of which `max` are at most 3.
    match unsafe { ffi::PyArg_UnpackTuple(args.as_ptr(), name, min, max, a, b, c) } {
        0 => Err(Raised::occurred(args.py()).expect("an exception is set")),
        _ => Ok(()),
    }
}

#[test]
fn unpacking_says_what_c_says() {
    attached(|py| {
        let ns = namespace(py);
        for len in 0..5 {
            let args = eval(&ns, &format!("('x',) * {len}")).cast_into::<PyTuple>();
            let args = args.unwrap();
            let same = |ours: PyResult<'_, ()>, name, bounds| {
                let (ours, theirs) = (ours.map_err(message), unpack_by_c(&args, name, bounds));
                assert_eq!(ours, theirs.map_err(message));
            };
            for name in [None, Some(c"f")] {
                let text = name.map(|_| "f");
                same(args.unpack::<1>(text, 1).map(drop), name, (1, 1));
                same(args.unpack::<1>(text, 0).map(drop), name, (0, 1));
                same(args.unpack::<2>(text, 2).map(drop), name, (2, 2));
                same(args.unpack::<3>(text, 1).map(drop), name, (1, 3));
                same(args.unpack::<3>(text, 2).map(drop), name, (2, 3));
                same(args.unpack::<0>(text, 0).map(drop), name, (0, 0));
            }
        }
    });
}
