//! Failures that no other test brings about: what ran before them, and what was given, keeps its references.

use pyptr::PyResult;
use pyptr::error::{PyAttributeError, PyUnicodeDecodeError, PyZeroDivisionError};
use pyptr::types::{PyCode, PyDict, PyModule, PyString};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, exec, namespace};

/// Everything that is asked of it raises.
const ODD: &str = "
class Odd:
    def __eq__(self, other):
        return 1 // 0
    def __hash__(self):
        return hash('key')
    def __dir__(self):
        return 1 // 0
    def method(self, *args):
        return 1 // 0
    __pow__ = __ipow__ = method
class Name(str):
    def __hash__(self):
        return 1 // 0
odd, name = Odd(), Name('sys')
";

#[track_caller]
fn fails<E: pyptr::error::Exception, R>(result: PyResult<'_, R>) {
    assert!(result.is_err_and(|raised| raised.is::<E>()));
}

#[test]
fn methods_that_raise() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, ODD);
        let (odd, other) = (eval(&ns, "odd"), fresh_str(py, "other").into_any());
        let fail = || {
            fails::<PyZeroDivisionError, _>(odd.eq(&other));
            fails::<PyZeroDivisionError, _>(odd.dir());
            for modulus in [None, Some(&*other)] {
                fails::<PyZeroDivisionError, _>(odd.pow(&other, modulus));
            }
            fails::<PyZeroDivisionError, _>(odd.in_place_pow(&other));
            fails::<PyZeroDivisionError, _>(odd.call_method0(c"method"));
            fails::<PyZeroDivisionError, _>(odd.call_method1(c"method", &other));
            fails::<PyAttributeError, _>(odd.call_method1(c"missing", &other));
            fails::<PyAttributeError, _>(odd.call_method0(c"missing"));
        };
        assert_eq!(delta_after_drop(&odd, fail), 0);
        assert_eq!(other.refcount(), 1);
    });
}

/// A key of the same hash is compared, and raises.
#[test]
fn looking_up_text_that_meets_an_odd_key() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, ODD);
        let dict = eval(&ns, "{odd: odd}").cast_into::<PyDict>().unwrap();
        let (odd, value) = (eval(&ns, "odd"), fresh_str(py, "value"));
        let fail = || {
            fails::<PyZeroDivisionError, _>(dict.get_str("key"));
            fails::<PyZeroDivisionError, _>(dict.set_str("key", &value));
            fails::<PyZeroDivisionError, _>(dict.del_str("key"));
        };
        assert_eq!(delta_after_drop(&odd, fail), 0);
        assert_eq!((value.refcount(), dict.refcount(), dict.len()), (1, 1, 1));
    });
}

#[test]
fn names_that_cannot_be_looked_up() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, ODD);
        let name = eval(&ns, "name").cast_into::<PyString>().unwrap();
        let fail = || {
            fails::<PyZeroDivisionError, _>(PyModule::imported(&name));
        };
        assert_eq!(delta_after_drop(&name, fail), 0);
        let value = fresh_str(py, "value");
        fails::<PyUnicodeDecodeError, _>(py.set_sys(c"\xff", Some(&value)));
        assert_eq!(value.refcount(), 1);
        fails::<PyUnicodeDecodeError, _>(PyCode::new_empty(py, c"file.py", c"\xff", 1));
    });
}

/// Annotations are evaluated when they are asked for.
#[cfg(Py_3_14)]
#[test]
fn annotations_that_raise() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, "def f(a: 1 // 0): pass");
        let function = eval(&ns, "f");
        let function = function.cast::<pyptr::types::PyFunction>().unwrap();
        let fail = || fails::<PyZeroDivisionError, _>(function.annotations());
        assert_eq!(delta_after_drop(function, fail), 0);
    });
}
