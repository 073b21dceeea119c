//! What a type object says of itself.

use pyptr::error::{PySystemError, PyTypeError};
use pyptr::types::{PyInt, PyType};
use pyptr::{Raised, ffi};

use crate::common::{attached, delta_after_drop};
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
fn names_and_modules_of_types() {
    attached(|py| {
        let full = |kind: &pyptr::Borrowed<'_, PyType>| shown(&kind.full_name().unwrap());
        assert_eq!(full(PyType::of::<PyInt>(py)), "'int'");
        let ns = namespace(py);
        exec(&ns, "__name__ = 'spam'\nclass C:\n class D: pass");
        let inner = eval(&ns, "C.D").cast_into::<PyType>().unwrap();
        assert_eq!(full(&inner), "'spam.C.D'");
        assert_eq!(delta_after_drop(&inner, || inner.full_name()), 0);
        // A class that a module made with a definition has.
        let module = py.import(c"_random").unwrap();
        let class = module
            .getattr(c"Random")
            .unwrap()
            .cast_into::<PyType>()
            .unwrap();
        let definition = module.definition();
        assert!(!definition.is_null());
        let find = || class.module_by_definition(definition).unwrap();
        assert!(find().is(&module));
        assert_eq!(delta_after_drop(&module, find), 0);
        let derived = py.import(c"random").unwrap().getattr(c"Random").unwrap();
        let derived = derived.cast::<PyType>().unwrap();
        assert!(
            derived
                .module_by_definition(definition)
                .unwrap()
                .is(&module)
        );
        let none = || {
            assert!(
                inner
                    .module_by_definition(definition)
                    .unwrap_err()
                    .is::<PyTypeError>()
            )
        };
        assert_eq!(delta_after_drop(&inner, none), 0);
    });
}
