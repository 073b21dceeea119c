//! Types made by C's functions, and exception classes.

use pyptr::error::{PyException, PySystemError, PyTypeError, PyValueError};
use pyptr::types::{PyDict, PyType};
use pyptr::{Raised, ffi};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn types_of_c() {
    attached(|py| {
        // SAFETY: a description without slots, of plain objects.
        let kind = unsafe {
            let mut slots = [ffi::PyType_Slot {
                slot: 0,
                pfunc: std::ptr::null_mut(),
            }];
            let mut spec = ffi::PyType_Spec {
                name: c"here.Plain".as_ptr(),
                basicsize: size_of::<ffi::PyObject>() as i32,
                itemsize: 0,
                flags: ffi::Py_TPFLAGS_DEFAULT as _,
                slots: slots.as_mut_ptr(),
            };
            PyType::from_spec(py, None, &mut spec, None).unwrap()
        };
        assert_eq!(shown(&kind.module_name().unwrap()), "'here'");
        // SAFETY: plain objects have no memory of their own.
        let new = || unsafe { kind.generic_new(None, None) }.unwrap();
        // Free-threaded builds count the references of instances to their type in their own way.
        if !cfg!(Py_GIL_DISABLED) {
            assert_eq!(delta_while_held(&kind, new), 1);
        }
        assert_eq!(delta_after_drop(&kind, new), 0);
        // SAFETY: as above.
        let alloc = || unsafe { kind.generic_alloc(0) }.unwrap();
        // Free-threaded builds count the references of instances to their type in their own way.
        if !cfg!(Py_GIL_DISABLED) {
            assert_eq!(delta_while_held(&kind, alloc), 1);
        }
        assert_eq!(delta_after_drop(&kind, alloc), 0);
        assert!(new().has_exact_type(&kind));
        // SAFETY: it is ready, and the test's reference keeps it alive.
        let ready = unsafe { PyType::ready(py, kind.as_ptr().cast()) }.unwrap();
        assert!(ready.is(&kind));
    });
}

#[test]
fn exception_classes() {
    attached(|py| {
        let dict = PyDict::new(py).unwrap();
        let value = fresh_str(py, "value");
        dict.set_str("attribute", &value).unwrap();
        let base = PyType::of::<PyValueError>(py);
        let make = || {
            PyType::new_exception(
                py,
                c"here.Error",
                Some(c"What it is."),
                Some(base),
                Some(&dict),
            )
            .unwrap()
        };
        let class = make();
        assert!(class.is_subtype(base) && class.getattr(c"attribute").unwrap().is(&value));
        assert_eq!(shown(&class.getattr(c"__doc__").unwrap()), "'What it is.'");
        assert_eq!((dict.len(), dict.refcount()), (1, 1));
        let raised = Raised::from_type(&class, Some(&fresh_str(py, "text")));
        assert!(raised.is::<PyValueError>() && raised.matches(&class));
        drop(raised);
        assert!(Raised::from_type(&class, None).matches(&class));
        let fail = || {
            assert!(
                PyType::new_exception(py, c"nodot", None, None, Some(&dict))
                    .unwrap_err()
                    .is::<PySystemError>()
            )
        };
        assert_eq!(
            (
                delta_after_drop(&dict, fail),
                delta_after_drop(&value, fail)
            ),
            (0, 0)
        );
        let plain = PyType::new_exception(py, c"here.Plain", None, None, None).unwrap();
        assert!(plain.is_subtype(PyType::of::<PyException>(py)));
    });
}

/// A new class is what the call of its metaclass returns.
#[test]
fn a_class_that_is_no_class() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "made = bytearray(b'no class')
class Meta(type):
    def __new__(meta, name, bases, dict):
        return made if name == 'Error' else super().__new__(meta, name, bases, dict)
class Base(Exception, metaclass=Meta): pass",
        );
        let (made, base) = (eval(&ns, "made"), eval(&ns, "Base"));
        let bases = eval(&ns, "(Base,)");
        for base in [&base, &bases] {
            let fail = || {
                let made = PyType::new_exception(py, c"here.Error", None, Some(base), None);
                let error = made.unwrap_err().into_exception();
                assert!(error.cast::<PyTypeError>().is_ok());
                assert_eq!(shown(&error), "TypeError('expected type, got bytearray')");
            };
            assert_eq!(delta_after_drop(&made, fail), 0);
        }
        let class = PyType::new_exception(py, c"here.Fine", None, Some(&base), None).unwrap();
        assert!(class.is_subtype(base.cast::<PyType>().unwrap()));
    });
}
