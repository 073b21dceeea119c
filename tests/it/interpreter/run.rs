//! Running source text.

use pyptr::error::{PyKeyError, PySyntaxError};
use pyptr::types::PyDict;
use pyptr::{Owned, Python, Raised};

use crate::common::{attached, fresh_str};

fn dict<'py>(py: Python<'py>) -> Owned<'py, PyDict> {
    py.eval(c"{}", None, None).unwrap().cast_into().unwrap()
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
