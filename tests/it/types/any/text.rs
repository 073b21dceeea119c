//! `str`, `repr` and `ascii` of any object.

use pyptr::error::{PyKeyError, PyTypeError};
use pyptr::types::PyString;

use crate::common::{attached, delta_while_held};

#[test]
fn str_repr_ascii() {
    attached(|py| {
        let str = PyString::new(py, "caf\u{e9}").unwrap();
        assert_eq!(delta_while_held(&str, || str.str()), 1);
        assert!(str.repr().unwrap().eq_str("'caf\u{e9}'"));
        assert!(str.ascii().unwrap().eq_str("'caf\\xe9'"));
        let code =
            c"type('R', (), {'__repr__': lambda self: {}['r'], '__str__': lambda self: 1})()";
        let raising = py.eval(code, None, None).unwrap();
        assert!(
            raising
                .repr()
                .is_err_and(|raised| raised.is::<PyKeyError>())
        );
        assert!(
            raising
                .ascii()
                .is_err_and(|raised| raised.is::<PyKeyError>())
        );
        assert!(
            raising
                .str()
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        assert_eq!((str.refcount(), raising.refcount()), (1, 1));
    });
}
