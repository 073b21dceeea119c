//! Frames, tracebacks, cells.

use pyptr::Raised;
use pyptr::error::PyValueError;
use pyptr::types::{PyCell, PyFrame, PyTraceback};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn frames() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys\ndef f():\n local = 'here'\n return sys._getframe()\ndef g():\n return f()\nframe = g()",
        );
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        assert_eq!(
            (shown(&frame.code().name().unwrap()), frame.line_number()),
            ("'f'".into(), Some(4))
        );
        let code = frame.code();
        assert_eq!(
            (
                delta_while_held(&code, || frame.code()),
                delta_after_drop(&code, || frame.code())
            ),
            (1, 0)
        );
        assert!(frame.globals().unwrap().is(&ns));
        assert_eq!(shown(&frame.locals().unwrap()), "{'local': 'here'}");
        assert!(frame.builtins().unwrap().get_item_str(c"len").is_ok());
        // No Python code runs here.
        assert!(PyFrame::current(py).is_none());
    });
}

#[test]
fn the_frame_that_called_another() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys\ndef f():\n return sys._getframe()\ndef g():\n return f()\nframe = g()",
        );
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        let caller = frame.back().unwrap();
        assert_eq!(shown(&caller.code().name().unwrap()), "'g'");
        let again = || frame.back().unwrap();
        assert_eq!(delta_while_held(&caller, again), 1);
        assert_eq!(delta_after_drop(&caller, again), 0);
        let module = caller.back().unwrap();
        assert_eq!(shown(&module.code().name().unwrap()), "'<module>'");
        let none = || assert!(module.back().is_none());
        assert_eq!(delta_after_drop(&module, none), 0);
    });
}

#[test]
fn tracebacks() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "
def inner():
    return 1 // 0
def outer():
    return inner()
try:
    outer()
except ZeroDivisionError as error:
    tb = error.__traceback__
class File:
    text = ''
    def write(self, text):
        File.text += text
class Broken:
    def write(self, text):
        raise ValueError
",
        );
        let tb = eval(&ns, "tb").cast_into::<PyTraceback>().unwrap();
        assert_eq!(tb.line_number().unwrap(), 7);
        let next = tb.next().unwrap().unwrap();
        let last = next.next().unwrap().unwrap();
        assert!(last.next().unwrap().is_none());
        assert_eq!(
            (next.line_number().unwrap(), last.line_number().unwrap()),
            (5, 3)
        );
        assert_eq!(
            shown(&last.frame().unwrap().code().name().unwrap()),
            "'inner'"
        );
        assert_eq!(delta_after_drop(&next, || tb.next()), 0);
        tb.print(&eval(&ns, "File()")).unwrap();
        assert!(shown(&eval(&ns, "File.text")).contains("Traceback (most recent call last)"));
        assert!(
            tb.print(&eval(&ns, "Broken()"))
                .unwrap_err()
                .is::<PyValueError>()
        );
    });
}

#[test]
fn cells() {
    attached(|py| {
        let (first, second) = (fresh_str(py, "first"), fresh_str(py, "second"));
        let cell = PyCell::new(py, Some(&first)).unwrap();
        assert_eq!(first.refcount(), 2);
        assert_eq!(
            (
                delta_while_held(&first, || cell.get()),
                delta_after_drop(&first, || cell.get())
            ),
            (1, 0)
        );
        cell.set(Some(&second));
        assert_eq!((first.refcount(), second.refcount()), (1, 2));
        cell.set(None);
        assert!(cell.get().is_none() && PyCell::new(py, None).unwrap().get().is_none());
        assert_eq!((second.refcount(), cell.refcount()), (1, 1));
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn lines_and_variables() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys\ndef f(spam):\n    eggs = [spam]\n    return sys._getframe()\nvalue = object()\nframe = f(value)",
        );
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        let (value, name) = (eval(&ns, "value"), fresh_str(py, "spam"));
        let get = || frame.var(&name).unwrap().unwrap();
        assert!(get().is(&value));
        assert_eq!((delta_after_drop(&value, get), name.refcount()), (0, 1));
        assert!(frame.var(&fresh_str(py, "ham")).unwrap().is_none());
        let code = frame.code();
        let last = frame.last_instruction().unwrap().unwrap();
        assert_eq!(code.line_at(last).unwrap(), Some(4));
        let len = code.bytecode().unwrap().len();
        assert!(code.line_at(len - 1).unwrap().is_some());
        assert_eq!(code.line_at(len).unwrap(), None);
        assert_eq!(code.line_at(usize::MAX).unwrap(), None);
        assert_eq!(delta_after_drop(&code, || code.line_at(last)), 0);
    });
}
