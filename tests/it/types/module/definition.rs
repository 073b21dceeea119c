//! Modules by their definition in C.

use std::ptr;

use pyptr::error::PySystemError;
use pyptr::types::PyModule;
use pyptr::{Raised, ffi};

use crate::common::{attached, delta_after_drop, delta_while_held};
use crate::python::{eval, namespace, run_with, shown};

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

fn definition(slots: Option<&'static mut [ffi::PyModuleDef_Slot]>) -> *mut ffi::PyModuleDef {
    Box::leak(Box::new(ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        m_name: c"pyptr_test_found".as_ptr(),
        m_doc: ptr::null(),
        m_size: 0,
        m_methods: ptr::null_mut(),
        m_slots: slots.map_or(ptr::null_mut(), <[_]>::as_mut_ptr),
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }))
}

#[test]
fn modules_are_found_by_their_definition() {
    static DEFINITION: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let address = *DEFINITION.get_or_init(|| definition(None).expose_provenance());
    attached(|py| {
        // Whoever gets all objects there refers to lists that other threads, those of other tests, change as if they alone
        // had them, which a debug build asserts.
        if cfg!(Py_GIL_DISABLED) {
            return;
        }
        let definition = ptr::with_exposed_provenance_mut(address);
        // SAFETY: a definition of nothing, which lives for ever.
        let module = unsafe { PyModule::from_definition(py, definition) }.unwrap();
        // SAFETY: as above; the module was made now, and is not the definition's yet.
        let add = || unsafe { module.add_to_interpreter(definition) }.unwrap();
        assert_eq!(delta_after_drop(&module, add), 1);
        // SAFETY: as above.
        let find = || unsafe { PyModule::of_definition(py, definition) }.unwrap();
        assert!(find().is(&module));
        assert_eq!(
            (
                delta_while_held(&module, find),
                delta_after_drop(&module, find)
            ),
            (1, 0)
        );
        // Another one takes its place, and the reference goes.
        // SAFETY: as above.
        let other = unsafe { PyModule::from_definition(py, definition) }.unwrap();
        // SAFETY: as above.
        let add = || unsafe { other.add_to_interpreter(definition) }.unwrap();
        assert_eq!(delta_after_drop(&module, add), -1);
        assert!(find().is(&other));
    });
}

/// The interpreter's list of modules is a list that the collector tracks. Not `gc.get_objects()`: it takes references to
/// the lists that other threads are building, which free-threaded debug builds do not expect.
#[test]
fn what_is_no_module_is_not_found_by_its_definition() {
    static DEFINITION: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let address = *DEFINITION.get_or_init(|| definition(None).expose_provenance());
    attached(|py| {
        let definition = ptr::with_exposed_provenance_mut(address);
        // SAFETY: a definition of nothing, which lives for ever.
        let module = unsafe { PyModule::from_definition(py, definition) }.unwrap();
        // SAFETY: as above; the module was made now, and is not the definition's yet.
        unsafe { module.add_to_interpreter(definition) }.unwrap();
        let code = "import gc
lists = [l for l in gc.get_referrers(module) if type(l) is list]
places = [(l, l.index(module)) for l in lists]
for l, at in places: l[at] = 'no module'
result = places";
        let places = run_with(py, code, &[("module", &module)]).unwrap();
        // SAFETY: as above.
        let found = unsafe { PyModule::of_definition(py, definition) };
        run_with(
            py,
            "for l, at in places: l[at] = module\nresult = None",
            &[("places", &places), ("module", &module)],
        )
        .unwrap();
        // What is frozen is not found either, see `common::prepare`.
        let frozen = eval(&namespace(py), "__import__('gc').get_freeze_count() > 0");
        match places.len().unwrap() {
            0 => assert!(frozen.is_truthy().unwrap()),
            _ => assert!(found.is_none()),
        }
    });
}

#[test]
fn modules_of_several_phases_are_not_found() {
    attached(|py| {
        let end = ffi::PyModuleDef_Slot {
            slot: 0,
            value: ptr::null_mut(),
        };
        let definition = definition(Some(Box::leak(Box::new([end]))));
        // SAFETY: a definition, which lives for ever.
        assert!(unsafe { PyModule::of_definition(py, definition) }.is_none());
        assert!(Raised::occurred(py).is_none());
        let module = PyModule::new(py, c"pyptr_test_phases").unwrap();
        let fail = || {
            // SAFETY: as above; C refuses it for its slots.
            let result = unsafe { module.add_to_interpreter(definition) };
            assert!(result.unwrap_err().is::<PySystemError>());
        };
        assert_eq!(delta_after_drop(&module, fail), 0);
    });
}
