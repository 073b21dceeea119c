//! Type objects, exception classes, modules of C, `sys`, warnings.

use pyptr::error::{
    PyBaseException, PyBytesWarning, PyDeprecationWarning, PyException, PySystemError, PyTypeError,
    PyUnicodeDecodeError, PyValueError,
};
use pyptr::types::{PyDict, PyInt, PyModule, PyString, PyTraceback, PyType};
use pyptr::{Raised, ffi};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn what_types_know() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "__name__ = 'here'\nclass Outer:\n class Inner:\n  x = 3",
        );
        let inner = eval(&ns, "Outer.Inner").cast_into::<PyType>().unwrap();
        assert_eq!(shown(&inner.qualname().unwrap()), "'Outer.Inner'");
        assert_eq!(shown(&inner.module_name().unwrap()), "'here'");
        assert_eq!(
            shown(&inner.dict().unwrap().get_item_str(c"x").unwrap()),
            "3"
        );
        assert!(
            inner.has_feature(ffi::Py_TPFLAGS_HEAPTYPE)
                && !PyType::of::<PyInt>(py).has_feature(ffi::Py_TPFLAGS_HEAPTYPE)
        );
        assert_ne!(
            PyType::of::<PyInt>(py).flags() & ffi::Py_TPFLAGS_LONG_SUBCLASS,
            0
        );
        assert_eq!(delta_after_drop(&inner, || inner.qualname()), 0);
        assert_eq!(delta_after_drop(&inner, || inner.dict()), 0);
        let fail = || {
            assert!(inner.module().unwrap_err().is::<PyTypeError>());
            assert!(inner.module_state_ptr().unwrap_err().is::<PyTypeError>());
            assert!(inner.slot(12345).unwrap_err().is::<PySystemError>());
        };
        assert_eq!(delta_after_drop(&inner, fail), 0);
        assert!(!inner.slot(ffi::Py_tp_new).unwrap().is_null());
        assert!(inner.slot(ffi::Py_nb_add).unwrap().is_null());
        assert!(Raised::occurred(py).is_none());
    });
}

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

#[test]
fn tracebacks_are_set_and_removed() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "try:\n 1 // 0\nexcept Exception as e:\n error, tb = e, e.__traceback__",
        );
        let error = eval(&ns, "error").cast_into::<PyBaseException>().unwrap();
        let tb = eval(&ns, "tb").cast_into::<PyTraceback>().unwrap();
        let before = tb.refcount();
        error.set_traceback(None);
        assert!(error.traceback().is_none());
        assert_eq!(tb.refcount(), before - 1);
        error.set_traceback(Some(&tb));
        assert_eq!(tb.refcount(), before);
        assert!(error.traceback().unwrap().is(&tb));
    });
}

#[test]
fn handled_exceptions() {
    attached(|py| {
        let ns = namespace(py);
        let error = eval(&ns, "ValueError('handled')")
            .cast_into::<PyBaseException>()
            .unwrap();
        assert!(py.handled_exception().is_none());
        py.set_handled_exception(Some(error.to_owned()));
        assert_eq!(error.refcount(), 2);
        assert!(py.handled_exception().unwrap().is(&error));
        assert_eq!(delta_after_drop(&error, || py.handled_exception()), 0);
        // What is raised meanwhile has it for its context.
        let raised = py.eval(c"1 // 0", None, None).unwrap_err().into_exception();
        assert!(raised.context().unwrap().is(&error));
        drop(raised);
        py.set_handled_exception(None);
        assert!(py.handled_exception().is_none());
        assert_eq!(error.refcount(), 1);
    });
}

#[test]
fn warnings() {
    attached(|py| {
        py.warn::<PyDeprecationWarning>("not shown, as it is not of __main__", 1)
            .unwrap();
        let fail = py.warn::<PyDeprecationWarning>("a\0b", 1);
        assert!(fail.unwrap_err().is::<PyValueError>());
        // A filter for this message alone.
        let ns = namespace(py);
        exec(
            &ns,
            "import warnings\nwarnings.filterwarnings('error', 'pyptr test', BytesWarning)\nentry = warnings.filters[0]",
        );
        let fail = py.warn::<PyBytesWarning>(format_args!("pyptr {}", "test"), 1);
        assert!(fail.unwrap_err().is::<PyBytesWarning>());
        exec(&ns, "warnings.filters.remove(entry)");
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn sys_and_builtins() {
    attached(|py| {
        let value = fresh_str(py, "value");
        py.set_sys(c"pyptr_test", Some(&value)).unwrap();
        assert_eq!(value.refcount(), 2);
        let get = || py.sys(c"pyptr_test").unwrap().unwrap();
        assert_eq!(
            (delta_while_held(&value, get), delta_after_drop(&value, get)),
            (1, 0)
        );
        py.set_sys(c"pyptr_test", None).unwrap();
        assert!(py.sys(c"pyptr_test").unwrap().is_none());
        assert_eq!(value.refcount(), 1);
        assert!(py.sys(c"\xff").is_err());
        assert!(py.modules().is(&py.sys(c"modules").unwrap().unwrap()));
        assert!(py.builtins().get_item_str(c"len").is_ok());
        assert!(py.globals().is_none() && py.locals().unwrap_err().is::<PySystemError>());
        // SAFETY: nothing in it is changed.
        let thread_dict = || unsafe { py.thread_dict() };
        let (interpreter, thread) = (py.interpreter_dict().unwrap(), thread_dict().unwrap());
        assert_eq!(delta_after_drop(&interpreter, || py.interpreter_dict()), 0);
        assert_eq!(delta_after_drop(&thread, thread_dict), 0);
    });
}

#[test]
fn modules_that_are_there() {
    attached(|py| {
        let sys = py.import(c"sys").unwrap();
        let found = || {
            PyModule::imported(&PyString::new(py, "sys").unwrap())
                .unwrap()
                .unwrap()
        };
        assert!(found().is(&sys));
        assert_eq!(delta_after_drop(&sys, found), 0);
        let missing = fresh_str(py, "pyptr_no_such_module");
        let none = || assert!(PyModule::imported(&missing).unwrap().is_none());
        assert_eq!(delta_after_drop(&missing, none), 0);
        let added = PyModule::get_or_add(py, c"pyptr_test_added").unwrap();
        assert!(
            PyModule::get_or_add(py, c"pyptr_test_added")
                .unwrap()
                .is(&added)
        );
        assert!(added.filename().unwrap_err().is::<PySystemError>());
        py.modules().del_item_str(c"pyptr_test_added").unwrap();
        assert!(
            PyModule::get_or_add(py, c"\xff")
                .unwrap_err()
                .is::<PyUnicodeDecodeError>()
        );
        assert!(!shown(&py.import(c"os").unwrap().filename().unwrap()).is_empty());
    });
}

#[test]
fn constants_of_modules() {
    attached(|py| {
        let module = PyModule::new(py, c"made").unwrap();
        module.add_int(c"LARGE", 1 << 40).unwrap();
        module.add_str(c"TEXT", "text").unwrap();
        let class = PyType::new_exception(py, c"made.Error", None, None, None).unwrap();
        let before = class.refcount();
        module.add_type(&class).unwrap();
        assert_eq!(class.refcount(), before + 1);
        assert!(module.getattr(c"Error").unwrap().is(&class));
        assert_eq!(
            shown(&module.getattr(c"LARGE").unwrap()),
            (1_i64 << 40).to_string()
        );
        assert_eq!(shown(&module.getattr(c"TEXT").unwrap()), "'text'");
        assert!(module.state_ptr().is_null() && module.definition().is_null());
        assert!(
            module
                .add_int(c"\xff", 1)
                .unwrap_err()
                .is::<PyUnicodeDecodeError>()
        );
        assert!(
            module
                .add_str(c"\xff", "x")
                .unwrap_err()
                .is::<PyUnicodeDecodeError>()
        );
    });
}

#[test]
fn modules_of_c() {
    attached(|py| {
        let definition = Box::leak(Box::new(ffi::PyModuleDef {
            m_name: c"pyptr_test_c".as_ptr(),
            ..empty_definition()
        }));
        // SAFETY: a definition of nothing, which lives for ever.
        let module = unsafe { PyModule::from_definition(py, definition) }.unwrap();
        assert_eq!(module.definition(), std::ptr::from_mut(definition));
        let spec = eval(
            &namespace(py),
            "__import__('types').SimpleNamespace(name='with_spec')",
        );
        let other: *mut ffi::PyModuleDef = Box::leak(Box::new(ffi::PyModuleDef {
            m_name: c"pyptr_test_c".as_ptr(),
            ..empty_definition()
        }));
        // SAFETY: as above.
        let make = || unsafe { PyModule::from_definition_and_spec(other, &spec) }.unwrap();
        assert!(shown(&make().cast::<PyModule>().unwrap().name().unwrap()).contains("with_spec"));
        assert_eq!(delta_after_drop(&spec, make), 0);
        let wrong = eval(&namespace(py), "object()");
        // SAFETY: as above.
        let fail =
            || assert!(unsafe { PyModule::from_definition_and_spec(other, &wrong) }.is_err());
        assert_eq!(delta_after_drop(&wrong, fail), 0);
    });
}

fn empty_definition() -> ffi::PyModuleDef {
    ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        m_name: std::ptr::null(),
        m_doc: std::ptr::null(),
        m_size: 0,
        m_methods: std::ptr::null_mut(),
        m_slots: std::ptr::null_mut(),
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }
}
