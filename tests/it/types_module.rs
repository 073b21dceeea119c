//! Modules, importing, running source text.

use pyptr::error::{
    PyKeyError, PyModuleNotFoundError, PySyntaxError, PySystemError, PyTypeError,
    PyUnicodeDecodeError,
};
use pyptr::types::{PyDict, PyModule, PyType};
use pyptr::{Owned, PyResult, Python, Raised};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

fn dict<'py>(py: Python<'py>) -> Owned<'py, PyDict> {
    py.eval(c"{}", None, None).unwrap().cast_into().unwrap()
}

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
fn eval_and_run_use_the_namespaces_that_they_are_given() {
    attached(|py| {
        let (globals, locals) = (dict(py), dict(py));
        let (name, value) = (fresh_str(py, "name"), fresh_str(py, "value"));
        globals.set_item(&name, &value).unwrap();
        assert!(py.eval(c"name", Some(&globals), None).unwrap().is(&value));
        py.run(c"local = name", Some(&globals), Some(&locals))
            .unwrap();
        assert_eq!((locals.as_any().len().unwrap(), value.refcount()), (1, 3));
        assert!(
            py.eval(c"local", Some(&globals), Some(&locals))
                .unwrap()
                .is(&value)
        );
        assert!(py.eval(c"local", Some(&globals), None).is_err());
        assert!(globals.contains(&fresh_str(py, "__builtins__")).unwrap());
        assert_eq!((globals.refcount(), locals.refcount()), (1, 1));
        drop((globals, locals));
        assert_eq!(value.refcount(), 1);
    });
}

#[test]
fn functions_find_globals_and_builtins() {
    attached(|py| {
        let globals = dict(py);
        let code = c"text = 'four'\ndef f():\n return len(text)\nlength = f()";
        py.run(code, Some(&globals), None).unwrap();
        let length = py.eval(c"length", Some(&globals), None).unwrap();
        assert!(length.repr().unwrap().eq_str("4"));
    });
}

#[test]
fn without_namespaces_it_is_main() {
    attached(|py| {
        py.run(c"pyptr_test_in_main = object()", None, None)
            .unwrap();
        let main = py.import(c"__main__").unwrap();
        let value = main.getattr(c"pyptr_test_in_main").unwrap();
        assert!(
            py.eval(c"pyptr_test_in_main", None, None)
                .unwrap()
                .is(&value)
        );
        assert!(
            py.eval(c"__name__", None, None)
                .unwrap()
                .eq(&main.name().unwrap())
                .unwrap()
        );
        main.delattr(c"pyptr_test_in_main").unwrap();
        assert_eq!(value.refcount(), 1);
    });
}

#[test]
fn errors_leave_the_namespaces_counted_as_they_were() {
    attached(|py| {
        let globals = dict(py);
        for code in [c"1 +", c"1; 2", c""] {
            let result = py.eval(code, Some(&globals), None);
            assert!(result.is_err_and(|raised| raised.is::<PySyntaxError>()));
        }
        let result = py.eval(c"{}['k']", Some(&globals), None);
        assert!(result.is_err_and(|raised| raised.is::<PyKeyError>()));
        let result = py.run(c"x = 1\n{}['k']\n", Some(&globals), None);
        assert!(result.is_err_and(|raised| raised.is::<PyKeyError>()));
        assert_eq!(globals.refcount(), 1);
        assert!(Raised::occurred(py).is_none());
    });
}
