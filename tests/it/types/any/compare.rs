//! Comparison, hashes, lengths, truth, classes.

use pyptr::error::{PyKeyError, PyTypeError};
use pyptr::types::{CompareOp, PyFloat, PyInt, PyString, PyType};

use crate::common::{attached, fresh_str};

#[test]
fn comparison() {
    attached(|py| {
        let (one, two) = (fresh_str(py, "one"), fresh_str(py, "two"));
        for (op, expected) in [
            (CompareOp::Lt, true),
            (CompareOp::Le, true),
            (CompareOp::Eq, false),
            (CompareOp::Ne, true),
            (CompareOp::Gt, false),
            (CompareOp::Ge, false),
        ] {
            assert_eq!(one.compare(&two, op).unwrap(), expected, "{op:?}");
            let result = one.rich_compare(&two, op).unwrap();
            assert_eq!(result.is_truthy().unwrap(), expected, "{op:?}");
        }
        assert!(one.eq(&fresh_str(py, "one")).unwrap());
        let int = PyInt::new(py, 1_i64 << 40).unwrap();
        let result = one.compare(&int, CompareOp::Lt);
        assert!(result.is_err_and(|raised| raised.is::<PyTypeError>()));
        assert_eq!((one.refcount(), two.refcount(), int.refcount()), (1, 1, 1));
        // An object is equal to itself, a NaN by way of `compare`, too, but not of `rich_compare`.
        let nan = PyFloat::new(py, f64::NAN).unwrap();
        assert!(nan.eq(&nan).unwrap());
        let result = nan.rich_compare(&nan, CompareOp::Eq).unwrap();
        assert!(!result.is_truthy().unwrap());
    });
}

#[test]
fn hash_len_truth() {
    attached(|py| {
        let (full, list) = (fresh_str(py, "full"), py.eval(c"[]", None, None).unwrap());
        assert_eq!(full.hash().unwrap(), fresh_str(py, "full").hash().unwrap());
        assert!(list.hash().is_err_and(|raised| raised.is::<PyTypeError>()));
        assert!(full.is_truthy().unwrap() && !list.is_truthy().unwrap());
        assert_eq!(list.as_any().len().unwrap(), 0);
        let int = PyInt::new(py, 1_i64 << 40).unwrap();
        assert!(int.len().is_err_and(|raised| raised.is::<PyTypeError>()));
        let code = c"type('T', (), {'__bool__': lambda self: {}['truth']})()";
        let raising = py.eval(code, None, None).unwrap();
        assert!(
            raising
                .is_truthy()
                .is_err_and(|raised| raised.is::<PyKeyError>())
        );
        let counts = [
            full.refcount(),
            list.refcount(),
            int.refcount(),
            raising.refcount(),
        ];
        assert_eq!(counts, [1; 4]);
        assert!(py.none().is_none() && !full.is_none());
        assert!(!full.is_callable() && full.type_of().is_callable());
    });
}

#[test]
fn classes() {
    attached(|py| {
        let (str, int) = (PyType::of::<PyString>(py), PyType::of::<PyInt>(py));
        let text = fresh_str(py, "text");
        assert!(text.is_instance(str).unwrap() && !text.is_instance(int).unwrap());
        assert!(
            text.is_instance(&text)
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        assert!(
            text.is_subclass(str)
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        assert!(py.bool(true).type_of().is_subclass(int).unwrap());
        assert!(py.bool(true).type_of().is_subtype(int));
        assert!(!int.is_subtype(str) && int.is_subtype(int));
        assert_eq!(text.refcount(), 1);
    });
}
