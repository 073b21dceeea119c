//! Capsules.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::Arc;

use pyptr::error::{PyAttributeError, PyTypeError, PyValueError};
use pyptr::types::{PyCapsule, PyDict, PyModule, PyString};
use pyptr::{Raised, Shared, ffi};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, namespace, shown};

#[test]
fn a_value_is_dropped_with_its_capsule() {
    attached(|py| {
        let value = Arc::new(3);
        let capsule = PyCapsule::new(py, c"pyptr.test", value.clone()).unwrap();
        let second = capsule.to_owned();
        assert_eq!(
            (
                Arc::strong_count(&value),
                **capsule.get::<Arc<i32>>(c"pyptr.test").unwrap()
            ),
            (2, 3)
        );
        drop(capsule);
        assert_eq!(Arc::strong_count(&value), 2);
        drop(second);
        assert_eq!(Arc::strong_count(&value), 1);
    });
}

#[test]
fn name_and_type_are_checked() {
    attached(|py| {
        let capsule = PyCapsule::new(py, c"pyptr.test", 3_u64).unwrap();
        assert_eq!(*capsule.get::<u64>(c"pyptr.test").unwrap(), 3);
        let other_type = || {
            assert!(
                capsule
                    .get::<i64>(c"pyptr.test")
                    .unwrap_err()
                    .is::<PyTypeError>()
            )
        };
        assert_eq!(delta_after_drop(&capsule, other_type), 0);
        let other_name = || {
            assert!(
                capsule
                    .get::<u64>(c"pyptr.other")
                    .unwrap_err()
                    .is::<PyValueError>()
            )
        };
        assert_eq!(delta_after_drop(&capsule, other_name), 0);
        assert!(capsule.is_valid(Some(c"pyptr.test")));
        assert!(!capsule.is_valid(Some(c"pyptr.other")) && !capsule.is_valid(None));
        assert_eq!(capsule.name().unwrap(), c"pyptr.test".to_owned());
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn a_pointer_of_c_is_no_value() {
    attached(|py| {
        static NUMBER: u64 = 3;
        let pointer = NonNull::from(&NUMBER).cast::<c_void>();
        // SAFETY: a static, which lives for ever; no destructor.
        let capsule =
            unsafe { PyCapsule::from_pointer(py, Some(c"pyptr.c"), pointer, None) }.unwrap();
        assert_eq!(capsule.pointer(Some(c"pyptr.c")).unwrap(), pointer);
        assert!(capsule.context().is_null());
        assert!(
            capsule
                .get::<u64>(c"pyptr.c")
                .unwrap_err()
                .is::<PyTypeError>()
        );
        assert!(capsule.pointer(None).unwrap_err().is::<PyValueError>());
        // SAFETY: as above.
        let nameless = unsafe { PyCapsule::from_pointer(py, None, pointer, None) }.unwrap();
        assert!(nameless.name().is_none() && nameless.is_valid(None));
        assert_eq!(nameless.pointer(None).unwrap(), pointer);
        assert_eq!((capsule.refcount(), nameless.refcount()), (1, 1));
    });
}

/// C trusts a capsule for its name: a Rust value, which safe code may give any name, has another for C.
#[test]
fn a_rust_value_is_no_pointer_of_c() {
    attached(|py| {
        let module = PyModule::new(py, c"pyptr_test_forged").unwrap();
        let name = c"pyptr_test_forged.API";
        let forged = PyCapsule::new(py, name, [0_usize; 64]).unwrap();
        assert_eq!(forged.get::<[usize; 64]>(name).unwrap(), &[0; 64]);
        let fail = || {
            assert!(forged.pointer(Some(name)).unwrap_err().is::<PyValueError>());
            assert!(forged.pointer(None).unwrap_err().is::<PyValueError>());
        };
        assert_eq!(delta_after_drop(&forged, fail), 0);
        // SAFETY: a live object, and a NUL-terminated string.
        let valid = unsafe { ffi::PyCapsule_IsValid(forged.as_ptr(), name.as_ptr()) };
        assert_eq!(valid, 0);
        module.setattr(c"API", &forged).unwrap();
        let modules = eval(&namespace(py), "__import__('sys').modules");
        let modules = modules.cast_into::<PyDict>().unwrap();
        modules.set_str("pyptr_test_forged", &module).unwrap();
        let imported = PyCapsule::import(py, name).is_ok();
        modules.del_str("pyptr_test_forged").unwrap();
        assert!(!imported);
        assert!(shown(&forged).contains("a Rust value"));
    });
}

#[test]
fn import_finds_the_pointer() {
    attached(|py| {
        PyCapsule::import(py, c"datetime.datetime_CAPI").unwrap();
        let wrong = PyCapsule::import(py, c"datetime.no_such_capsule");
        assert!(wrong.unwrap_err().is::<PyAttributeError>());
        assert!(PyCapsule::import(py, c"sys.path").is_err());
    });
}

/// The drop of a value runs in the middle of whatever released the capsule: an exception that is set
/// stays set, and the value may use Python.
#[test]
fn the_destructor_leaves_exceptions_alone() {
    struct Uses(Shared<PyString>);
    impl Drop for Uses {
        fn drop(&mut self) {
            attached(|py| assert!(self.0.bind(py).getattr(c"no_such_attribute").is_err()));
        }
    }
    attached(|py| {
        let text = fresh_str(py, "text");
        let capsule =
            PyCapsule::new(py, c"pyptr.test", Uses(text.to_owned().into_shared())).unwrap();
        assert_eq!(text.refcount(), 2);
        let raised = py.raise::<PyValueError>("stays");
        drop(capsule);
        assert!(raised.is::<PyValueError>());
        drop(raised);
        assert_eq!(text.refcount(), 1);
    });
}
