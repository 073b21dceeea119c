//! Modules, importing.

mod definition;

use pyptr::PyResult;
use pyptr::error::{
    PyImportError, PyModuleNotFoundError, PySystemError, PyTypeError, PyUnicodeDecodeError,
};
use pyptr::types::{PyDict, PyModule, PyString, PyType};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn import_gives_the_module_itself() {
    attached(|py| {
        let path = py.import(c"os.path").unwrap();
        assert!(path.hasattr(c"join").unwrap());
        let math = py.import(c"math").unwrap();
        assert!(math.name().unwrap().eq_str("math"));
        assert_eq!(delta_after_drop(&math, || py.import(c"math")), 0);
        assert_eq!(delta_after_drop(&math, || math.name()), 0);
    });
}

#[test]
fn import_of_what_is_not_there() {
    attached(|py| {
        let result = py.import(c"pyptr_no_such_module");
        assert!(result.is_err_and(|raised| raised.is::<PyModuleNotFoundError>()));
        assert!(
            py.import(c"\xff")
                .is_err_and(|raised| raised.is::<PyUnicodeDecodeError>())
        );
    });
}

#[test]
fn import_of_something_that_is_no_module_is_a_type_error() {
    attached(|py| {
        let name = fresh_str(py, "pyptr_not_a_module");
        let impostor = fresh_str(py, "impostor");
        let modules = py.import(c"sys").unwrap().getattr(c"modules").unwrap();
        modules.set_item(&name, &impostor).unwrap();
        let before = impostor.refcount();
        let error = py
            .import(c"pyptr_not_a_module")
            .unwrap_err()
            .into_exception();
        assert_eq!(impostor.refcount(), before);
        modules.del_item(&name).unwrap();
        assert!(error.cast::<PyTypeError>().is_ok());
        assert!(error.str().unwrap().eq_str("expected module, got str"));
        assert_eq!((impostor.refcount(), name.refcount()), (1, 1));
    });
}

#[test]
fn add_gives_the_reference_away_also_on_error() {
    attached(|py| {
        let (module, value) = (PyModule::new(py, c"made").unwrap(), fresh_str(py, "value"));
        assert!(module.name().unwrap().eq_str("made"));
        module.add(c"first", value.to_owned().into_any()).unwrap();
        assert_eq!(value.refcount(), 2);
        assert!(module.getattr(c"first").unwrap().is(&value));
        // The second takes the first one's place.
        module
            .add(c"first", fresh_str(py, "other").into_any())
            .unwrap();
        assert_eq!(value.refcount(), 1);
        let result = module.add(c"\xff", value.to_owned().into_any());
        assert!(result.is_err_and(|raised| raised.is::<PyUnicodeDecodeError>()));
        assert_eq!(value.refcount(), 1);
        module.add(c"last", value.to_owned().into_any()).unwrap();
        assert_eq!(delta_after_drop(&module, || module.delattr(c"last")), 0);
        assert_eq!(value.refcount(), 1);
    });
}

#[test]
fn dict_is_the_namespace_and_outlives_the_module() {
    attached(|py| {
        let module = PyModule::new(py, c"made").unwrap();
        let namespace = module.dict();
        assert!(namespace.is(&module.getattr(c"__dict__").unwrap()));
        assert_eq!(delta_while_held(&namespace, || module.dict()), 1);
        assert_eq!(delta_after_drop(&namespace, || module.dict()), 0);
        drop(module);
        assert!(namespace.contains(&fresh_str(py, "__name__")).unwrap());
    });
}

/// On 3.10 it has no namespace, and C looks for its name to complain.
#[test]
fn a_module_that_was_never_initialised() {
    attached(|py| {
        let kind = PyType::of::<PyModule>(py);
        let module = kind.call_method1(c"__new__", kind).unwrap();
        let module = module.cast_into::<PyModule>().unwrap();
        let value = fresh_str(py, "value");
        let check = |result: PyResult<'_, ()>| match cfg!(Py_3_11) {
            true => assert!(result.is_ok()),
            false => assert!(result.is_err_and(|raised| raised.is::<PySystemError>())),
        };
        check(module.add(c"first", value.to_owned().into_any()));
        check(module.add_int(c"second", 2));
        check(module.add_str(c"third", "3"));
        check(module.add_type(PyType::of::<PyDict>(py)));
        // A free-threaded build frees modules later.
        drop(module.delattr(c"first"));
        assert_eq!(value.refcount(), 1);
    });
}

#[test]
fn a_module_without_a_name() {
    attached(|py| {
        let module = PyModule::new(py, c"made").unwrap();
        module.delattr(c"__name__").unwrap();
        // A free-threaded build counts a module's references in its own way: only deltas say something.
        let before = module.refcount();
        let result = module.name();
        assert!(result.is_err_and(|raised| raised.is::<PySystemError>()));
        assert_eq!(module.refcount(), before);
        assert!(
            PyModule::new(py, c"\xff").is_err_and(|raised| raised.is::<PyUnicodeDecodeError>())
        );
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
fn modules_again() {
    attached(|py| {
        let module = py.import(c"colorsys").unwrap();
        assert!(module.reload().unwrap().is(&module));
        assert_eq!(delta_after_drop(&module, || module.reload()), 0);
        let loose = PyModule::new(py, c"never_imported").unwrap();
        let fail = || assert!(loose.reload().unwrap_err().is::<PyImportError>());
        assert_eq!(delta_after_drop(&loose, fail), 0);
        let options = py.x_options().unwrap();
        assert_eq!(delta_while_held(&options, || py.x_options()), 1);
    });
}

/// What the new module replaces in `sys.modules` is released, and may remove the module. Up to 3.12, C then returns `None`.
#[test]
fn a_module_that_is_removed_while_it_is_added() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys
class Replaced:
    def __del__(self): removed.append(sys.modules.pop('pyptr_replaced').__name__)
removed = []
sys.modules['pyptr_replaced'] = Replaced()",
        );
        match PyModule::get_or_add(py, c"pyptr_replaced") {
            Ok(module) => assert!(module.as_any().cast::<PyModule>().is_ok()),
            Err(raised) => assert!(cfg!(not(Py_3_13)) && raised.is::<PyTypeError>()),
        }
        assert_eq!(shown(&eval(&ns, "removed")), "['pyptr_replaced']");
        assert!(
            !eval(&ns, "'pyptr_replaced' in sys.modules")
                .is_truthy()
                .unwrap()
        );
    });
}
