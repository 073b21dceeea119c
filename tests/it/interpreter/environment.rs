//! What surrounds the running code: `sys`, builtins, warnings, the exception being handled.

use pyptr::Raised;
use pyptr::error::{
    PyBaseException, PyBytesWarning, PyDeprecationWarning, PySystemError, PyValueError,
};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace};

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
        // SAFETY: as above.
        let interpreter_dict = || unsafe { py.interpreter_dict() };
        let (interpreter, thread) = (interpreter_dict().unwrap(), thread_dict().unwrap());
        assert_eq!(delta_after_drop(&interpreter, interpreter_dict), 0);
        assert_eq!(delta_after_drop(&thread, thread_dict), 0);
    });
}
