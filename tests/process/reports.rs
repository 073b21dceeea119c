//! What goes to `sys.stderr` and to `sys.unraisablehook`, which belong to the whole process.

use pyptr::error::{PyBaseException, PySystemExit, PyValueError};
use pyptr::types::PyAny;
use pyptr::{Borrowed, PyErr, Python, Raised};

use crate::common::attached;
use crate::python::{run, run_with};

/// What `f` writes to `sys.stderr`.
fn written(py: Python<'_>, f: impl FnOnce()) -> String {
    let capture = run(py, "import sys, io\nsys.stderr = result = io.StringIO()");
    f();
    let text = capture.call_method0(c"getvalue").unwrap();
    py.run(c"import sys\nsys.stderr = sys.__stderr__", None, None)
        .unwrap();
    text.extract().unwrap()
}

fn raised<'py>(object: &Borrowed<'py, PyAny>) -> Raised<'py> {
    let names = [("given", object)];
    let exception = run_with(object.py(), "result = ValueError(given)", &names).unwrap();
    let exception = exception.cast_into::<PyBaseException>().unwrap();
    exception.raise()
}

/// Printing shows type and message, clears the indicator, keeps no reference, and ends nothing.
pub fn printed_exceptions() {
    attached(|py| {
        let object = run(py, "result = 'the argument %d' % 1");
        let count = object.refcount();

        let text = written(py, || raised(&object).print());
        assert_eq!(text, "ValueError: the argument 1\n");
        assert!(Raised::occurred(py).is_none());

        let error = PyErr::from(raised(&object));
        let text = written(py, || error.print(py));
        assert_eq!(text, "ValueError: the argument 1\n");
        assert_eq!(written(py, || error.exception(py).print()), text);
        drop(error);

        // With the traceback and the cause of one that was raised in Python code.
        let raising = py
            .run(c"def f(): raise KeyError('k')\nf()", None, None)
            .unwrap_err()
            .chain::<PyValueError>("no such key")
            .into_exception();
        let text = written(py, || raising.raise().print());
        assert!(
            text.starts_with("Traceback (most recent call last):\n"),
            "{text}"
        );
        assert!(text.contains("in f\n"), "{text}");
        assert!(
            text.contains("direct cause of the following exception"),
            "{text}"
        );
        assert!(text.ends_with("ValueError: no such key\n"), "{text}");

        let text = written(py, || py.raise::<PySystemExit>("still here").print());
        assert_eq!(text, "SystemExit: still here\n");

        assert_eq!(object.refcount(), count);
    });
}

/// An exception that nobody can receive goes to the hook, with its context, and is cleared.
pub fn unraisable_exceptions() {
    attached(|py| {
        let object = run(py, "result = 'the argument %d' % 2");
        let seen = run(
            py,
            "import sys\nresult = []\nseen = result\n\
             def hook(args): seen.append((args.exc_type.__name__, str(args.exc_value), args.object))\n\
             sys.unraisablehook = hook",
        );
        let count = object.refcount();
        raised(&object).write_unraisable(Some(&object));
        assert!(Raised::occurred(py).is_none());
        raised(&object).write_unraisable(None);
        let shown = seen.repr().unwrap().to_rust_string().unwrap();
        assert_eq!(
            shown,
            "[('ValueError', 'the argument 2', 'the argument 2'), ('ValueError', 'the argument 2', None)]"
        );
        seen.call_method0(c"clear").unwrap();
        assert_eq!(object.refcount(), count);
        // A token proves nothing.
        let first = raised(&object);
        let second = Raised::occurred(py).unwrap();
        first.clear();
        second.write_unraisable(None);
        let shown = seen.repr().unwrap().to_rust_string().unwrap();
        assert_eq!(
            shown,
            "[('SystemError', 'error reported without an exception set', None)]"
        );
        seen.call_method0(c"clear").unwrap();
    });
}
