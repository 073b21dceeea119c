//! Functions whose own tests ask for results alone: none of them keeps or takes a reference either.

use std::ffi::CString;

use pyptr::PyErr;
use pyptr::buffer::PyBuffer;
use pyptr::error::{
    PyBufferError, PyKeyError, PyRecursionError, PyTypeError, PyUserWarning, PyValueError,
    PyZeroDivisionError,
};
use pyptr::sync::{OnceObject, with_critical_section2};
use pyptr::types::{DateTimeApi, PyAny, PyByteArray, PyInt, PyList, PyType};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace};

#[test]
fn questions_about_an_object() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, "class C: pass");
        for code in ["C()", "[1, 2]", "{}", "1 << 80", "iter([])"] {
            let object = eval(&ns, code);
            let ask = || {
                (
                    [object.is_mapping(), object.is_sequence()],
                    [object.is_number(), object.is_index()],
                    [object.is_async_iterator(), object.has_buffer()],
                    [object.is_gc(), object.is_gc_finalized()],
                )
            };
            assert_eq!(delta_while_held(&object, ask), 0, "{code}");
        }
        let big = eval(&ns, "1 << 80").cast_into::<PyInt>().unwrap();
        let ask = || (big.to_u64_wrapping(), big.sign());
        assert_eq!(delta_while_held(&big, ask), 0);
    });
}

#[test]
fn asking_python_code() {
    const CODE: &str = "
class Hint:
    def __init__(self, hint):
        self.hint = hint
    def __length_hint__(self):
        return self.hint()
    def __aiter__(self):
        return self.hint()
class Async:
    def __anext__(self):
        pass
";
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, CODE);
        let object = eval(&ns, "Hint(lambda: 7)");
        let ask = || assert_eq!(object.length_hint(3).unwrap(), 7);
        assert_eq!(delta_after_drop(&object, ask), 0);
        let fail = || assert!(object.aiter().unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&object, fail), 0);
        let object = eval(&ns, "Hint(lambda: 1 // 0)");
        let fail = || {
            let raised = object.length_hint(3).unwrap_err();
            assert!(raised.is::<PyZeroDivisionError>());
        };
        assert_eq!(delta_after_drop(&object, fail), 0);
        exec(&ns, "found = Async()");
        let (object, found) = (eval(&ns, "Hint(lambda: found)"), eval(&ns, "found"));
        let ask = || object.aiter().unwrap();
        assert_eq!(
            (delta_while_held(&found, ask), delta_after_drop(&found, ask)),
            (1, 0)
        );
        assert_eq!(delta_after_drop(&object, ask), 0);
    });
}

#[test]
fn looking_into_a_buffer() {
    attached(|py| {
        let array = PyByteArray::new(py, b"content").unwrap();
        let look = |buffer: &PyBuffer<'_>| {
            let wrong = buffer.as_raw_slice::<f64>().unwrap_err();
            assert!(wrong.is::<PyBufferError>());
            drop(wrong);
            assert_eq!(buffer.as_raw_slice::<u8>().unwrap().len(), 7);
            assert!(buffer.item_ptr(&[6]).is_some() && buffer.item_ptr(&[7]).is_none());
            #[cfg(not(Py_GIL_DISABLED))]
            {
                assert_eq!(buffer.cells::<u8>().unwrap()[0].get(), b'c');
                buffer.cells_mut::<u8>().unwrap()[0].set(b'c');
                assert!(buffer.cells::<u32>().is_err() && buffer.cells_mut::<i32>().is_err());
            }
        };
        let buffer = array.buffer_mut().unwrap();
        assert_eq!(delta_after_drop(&array, || look(&buffer)), 0);
        drop(buffer);
        assert_eq!(array.refcount(), 1);
    });
}

#[test]
fn services_of_the_interpreter() {
    attached(|py| {
        let list = eval(&namespace(py), "[]").cast_into::<PyList>().unwrap();
        let kind = PyType::of::<PyKeyError>(py);
        let services = || {
            py.recurse(c" in a test", || Ok(list.len())).unwrap();
            py.check_signals().unwrap();
            assert!(!py.raise_in_thread(1, Some(kind)));
            assert_eq!(with_critical_section2(&list, &list, || list.len()), 0);
            let fail = py.recurse(c" in a test", || {
                Err::<(), _>(py.raise::<PyRecursionError>(""))
            });
            assert!(fail.unwrap_err().is::<PyRecursionError>());
            py.collect_garbage();
        };
        assert_eq!(delta_after_drop(&list, services), 0);
        if !cfg!(Py_3_12) {
            assert_eq!(delta_after_drop(kind, services), 0);
        }
    });
}

#[test]
fn an_object_that_is_imported_once() {
    const CODE: &str = "
import sys
Module = type(sys)
module = Module('pyptr_test_once')
module.value = Module('of no meaning')
sys.modules['pyptr_test_once'] = module
";
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, CODE);
        let value = eval(&ns, "module.value");
        let once = || {
            let cell: OnceObject<PyAny> = OnceObject::new();
            let wrong = cell.get_or_import(py, c"pyptr_test_once", c"missing");
            assert!(wrong.is_err());
            drop(wrong);
            for _ in 0..2 {
                let found = cell.get_or_import(py, c"pyptr_test_once", c"value");
                assert!(found.unwrap().is(&value));
            }
            cell
        };
        assert_eq!(
            (
                delta_while_held(&value, once),
                delta_after_drop(&value, once)
            ),
            (1, 0)
        );
        exec(&ns, "del sys.modules['pyptr_test_once']");
    });
}

#[test]
fn times_ints_and_messages() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let zone = eval(
            &namespace(py),
            "__import__('datetime').timezone(__import__('datetime').timedelta(hours=1))",
        );
        let zone = zone.cast_into::<pyptr::types::PyTzInfo>().unwrap();
        let time = || api.time((1, 2, 3, 4), Some(&zone)).unwrap();
        assert_eq!(
            (delta_while_held(&zone, time), delta_after_drop(&zone, time)),
            (1, 0)
        );
        let fail = || {
            let wrong = api.time((99, 2, 3, 4), Some(&zone));
            assert!(wrong.unwrap_err().is::<PyValueError>());
        };
        assert_eq!(delta_after_drop(&zone, fail), 0);
        let big = PyInt::from_str_radix(py, "123456789abcdef", 16).unwrap();
        let float = PyInt::from_f64(py, 1e30).unwrap();
        assert_eq!((big.refcount(), float.refcount()), (1, 1));
        let text = fresh_str(py, "the message");
        let error = PyErr::from(py.raise::<PyKeyError>(&*text.to_rust_string().unwrap()));
        let shown = || assert!(error.display(py).to_string().contains("the message"));
        assert_eq!(delta_after_drop(error.exception(py), shown), 0);
        let warned = CString::new("a warning of this test").unwrap();
        let warn = || drop(py.warn::<PyUserWarning>(warned.to_str().unwrap(), 1));
        assert_eq!(delta_after_drop(&text, warn), 0);
    });
}
