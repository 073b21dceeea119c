//! A panic becomes an exception with its message and location.

use crate::common::{attached, delta_after_drop, delta_while_held};
use crate::python::namespace;
use pyptr::error::{PyException, PyRuntimeError};
use pyptr::{PyErr, panic_exception};

#[test]
fn a_panic_is_an_exception_with_message_and_location() {
    attached(|py| {
        let names = namespace(py);
        py.run(c"import shapes", Some(&names), None).unwrap();
        let raised = py
            .eval(c"shapes.panics('that was not planned')", Some(&names), None)
            .unwrap_err();
        assert!(raised.is::<PyRuntimeError>() && raised.is::<PyException>());
        let error = PyErr::from(raised);
        let kind = error.exception(py).type_of();
        assert!(kind.is(&*panic_exception(py).unwrap()));
        let text = error.display(py);
        assert!(
            text.contains(".PanicException: panicked at tests/it/export/modules.rs:"),
            "{text}"
        );
        assert!(text.ends_with(": that was not planned"), "{text}");
    });
}

#[test]
fn a_panic_over_a_set_exception_replaces_it() {
    attached(|py| {
        let names = namespace(py);
        py.run(c"import shapes", Some(&names), None).unwrap();
        let raised = py
            .eval(c"shapes.panics_holding([])", Some(&names), None)
            .unwrap_err();
        assert!(!raised.is::<pyptr::error::PyValueError>());
        let text = PyErr::from(raised).display(py);
        assert!(text.ends_with(": while an exception is set"), "{text}");
        assert!(pyptr::Raised::occurred(py).is_none());
    });
}

#[test]
fn the_interpreter_goes_on_after_a_panic() {
    attached(|py| {
        let names = namespace(py);
        py.run(
            c"import shapes\n\
              caught = []\n\
              for i in range(3):\n\
              \x20   try:\n\
              \x20       shapes.panics(str(i))\n\
              \x20   except RuntimeError as error:\n\
              \x20       caught.append(str(error)[-1])\n\
              assert caught == ['0', '1', '2'], caught\n",
            Some(&names),
            None,
        )
        .unwrap();
    });
}

/// The type is made once, and kept by a static.
#[test]
fn the_exception_type_is_a_new_reference_each_time() {
    attached(|py| {
        let kind = panic_exception(py).unwrap();
        assert_eq!(delta_while_held(&kind, || panic_exception(py).unwrap()), 1);
        assert_eq!(delta_after_drop(&kind, || panic_exception(py).unwrap()), 0);
    });
}
