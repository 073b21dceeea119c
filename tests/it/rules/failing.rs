//! Objects that raise whatever is asked of them: what ran before that, and what was given, keeps its references.

use pyptr::PyResult;
use pyptr::error::{
    PyAttributeError, PyImportError, PyOverflowError, PySystemError, PyTypeError,
    PyUnicodeDecodeError, PyUnicodeError, PyZeroDivisionError,
};
use pyptr::types::{PyCode, PyDict, PyFrame, PyModule, PyString, PyType};

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
            fails::<PyZeroDivisionError, _>(dict.contains_str("key"));
            fails::<PyZeroDivisionError, _>(dict.pop_str("key"));
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
        let module = PyModule::new(py, c"pyptr_test_failing").unwrap();
        let before = module.refcount();
        let fail = || {
            let given = value.to_owned().into_any();
            fails::<PyUnicodeDecodeError, _>(module.add(c"\xff", given));
        };
        assert_eq!(delta_after_drop(&value, fail), 0);
        assert_eq!(module.refcount(), before);
        module.dict().del_str("__name__").unwrap();
        let fail = || fails::<PySystemError, _>(module.name());
        assert_eq!(delta_after_drop(&module, fail), 0);
        fails::<PyImportError, _>(PyModule::import(py, c"pyptr_no_such_module"));
    });
}

/// A subclass, or a metaclass, has attributes of its own.
#[test]
fn attributes_that_raise() {
    const CODE: &str = "
class Stubborn(UnicodeDecodeError):
    def __setattr__(self, name, value):
        return 1 // 0
class Meta(type):
    odd, result = None, int
    def __getattribute__(self, name):
        return Meta.result() if name == Meta.odd else super().__getattribute__(name)
class C(metaclass=Meta):
    pass
error = Stubborn('ascii', bytes([65, 200]), 1, 2, 'why')
";
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, CODE);
        let error = eval(&ns, "error").cast_into::<PyUnicodeError>().unwrap();
        let reason = fresh_str(py, "another");
        let fail = || {
            fails::<PyZeroDivisionError, _>(error.set_start(7));
            fails::<PyZeroDivisionError, _>(error.set_end(7));
            fails::<PyZeroDivisionError, _>(error.set_reason(&reason));
        };
        assert_eq!(delta_after_drop(&error, fail), 0);
        assert_eq!((reason.refcount(), error.end().unwrap()), (1, 2));
        let plain = eval(&ns, "UnicodeDecodeError('ascii', b'', 1, 2, 'why')");
        let plain = plain.cast_into::<PyUnicodeError>().unwrap();
        fails::<PyOverflowError, _>(plain.set_end(usize::MAX));
        assert_eq!(plain.refcount(), 1);

        let class = eval(&ns, "C").cast_into::<PyType>().unwrap();
        exec(&ns, "Meta.odd = '__qualname__'");
        let fail = || fails::<PyTypeError, _>(class.full_name());
        assert_eq!(delta_after_drop(&class, fail), 0);
        exec(&ns, "Meta.result = lambda: 1 // 0");
        fails::<PyZeroDivisionError, _>(class.qualname());
        for odd in ["__qualname__", "__module__"] {
            exec(&ns, &format!("Meta.odd = '{odd}'"));
            let fail = || fails::<PyZeroDivisionError, _>(class.full_name());
            assert_eq!(delta_after_drop(&class, fail), 0);
        }
        fails::<PyZeroDivisionError, _>(class.module_name());
        exec(&ns, "Meta.odd = None");
    });
}

/// The variables of a module are those of its dict.
#[test]
fn looking_up_an_odd_variable() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, ODD);
        exec(&ns, "import sys\nframe = sys._getframe()");
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        let name = eval(&ns, "name").cast_into::<PyString>().unwrap();
        let fail = || fails::<PyZeroDivisionError, _>(frame.var(&name));
        assert_eq!(delta_after_drop(&name, fail), 0);
        assert_eq!(delta_after_drop(&frame, || frame.var(&name)), 0);
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
