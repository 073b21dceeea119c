//! `complex`.

use pyptr::error::{PyTypeError, PyZeroDivisionError};
use pyptr::types::PyComplex;

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, exec, namespace};

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
