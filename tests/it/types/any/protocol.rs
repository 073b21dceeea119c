//! What an object's type can do, and the smaller protocols.

use pyptr::error::{PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PyBytes, PyInt, PyList};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn what_types_can_do() {
    attached(|py| {
        let ns = namespace(py);
        let flags = |code: &str| {
            let object = eval(&ns, code);
            (
                object.is_sequence(),
                object.is_mapping(),
                object.is_number(),
                object.is_index(),
            )
        };
        assert_eq!(flags("[]"), (true, true, false, false));
        assert_eq!(flags("{}"), (false, true, false, false));
        assert_eq!(flags("3"), (false, false, true, true));
        assert_eq!(flags("3.5"), (false, false, true, false));
        assert_eq!(flags("None"), (false, false, false, false));
    });
}

#[test]
fn bytes_and_format() {
    attached(|py| {
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        assert_eq!(
            (
                delta_while_held(&bytes, || bytes.bytes()),
                delta_after_drop(&bytes, || bytes.bytes())
            ),
            (1, 0)
        );
        assert_eq!(
            eval(&namespace(py), "[65, 66]").bytes().unwrap().as_bytes(),
            b"AB"
        );
        let (text, spec) = (fresh_str(py, "text"), fresh_str(py, ">6"));
        assert!(text.bytes().unwrap_err().is::<PyTypeError>());
        assert!(text.format(&spec).unwrap().eq_str("  text"));
        assert_eq!(delta_after_drop(&text, || text.format(&spec)), 0);
        let wrong = fresh_str(py, "no spec");
        let fail = || assert!(text.format(&wrong).unwrap_err().is::<PyValueError>());
        assert_eq!((delta_after_drop(&wrong, fail), text.refcount()), (0, 1));
    });
}

#[test]
fn length_hints() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class H:\n def __length_hint__(self):\n  return 1 // 0",
        );
        assert_eq!(eval(&ns, "[1, 2]").length_hint(9).unwrap(), 2);
        assert_eq!(eval(&ns, "iter([1, 2])").length_hint(9).unwrap(), 2);
        assert_eq!(eval(&ns, "(i for i in ())").length_hint(9).unwrap(), 9);
        assert!(
            eval(&ns, "H()")
                .length_hint(9)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
    });
}

#[test]
fn questions_about_an_object() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, "class C: pass");
        for code in ["C()", "[1, 2]", "{}", "1 << 80", "iter([])"] {
            let object = eval(&ns, code);
            let ask = || {
                (
                    [object.is_mapping(), object.is_sequence()],
                    [object.is_number(), object.is_index()],
                    [object.is_async_iterator(), object.has_buffer()],
                    [object.is_gc(), object.is_gc_finalized()],
                )
            };
            assert_eq!(delta_while_held(&object, ask), 0, "{code}");
        }
        let big = eval(&ns, "1 << 80").cast_into::<PyInt>().unwrap();
        let ask = || (big.to_u64_wrapping(), big.sign());
        assert_eq!(delta_while_held(&big, ask), 0);
    });
}

#[test]
fn asking_python_code() {
    const CODE: &str = "
class Hint:
    def __init__(self, hint):
        self.hint = hint
    def __length_hint__(self):
        return self.hint()
    def __aiter__(self):
        return self.hint()
class Async:
    def __anext__(self):
        pass
";
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, CODE);
        let object = eval(&ns, "Hint(lambda: 7)");
        let ask = || assert_eq!(object.length_hint(3).unwrap(), 7);
        assert_eq!(delta_after_drop(&object, ask), 0);
        let fail = || assert!(object.aiter().unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&object, fail), 0);
        let object = eval(&ns, "Hint(lambda: 1 // 0)");
        let fail = || {
            let raised = object.length_hint(3).unwrap_err();
            assert!(raised.is::<PyZeroDivisionError>());
        };
        assert_eq!(delta_after_drop(&object, fail), 0);
        exec(&ns, "found = Async()");
        let (object, found) = (eval(&ns, "Hint(lambda: found)"), eval(&ns, "found"));
        let ask = || object.aiter().unwrap();
        assert_eq!(
            (delta_while_held(&found, ask), delta_after_drop(&found, ask)),
            (1, 0)
        );
        assert_eq!(delta_after_drop(&object, ask), 0);
    });
}

#[test]
fn the_collector_s_view() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "kept = []\nclass C:\n def __del__(self): kept.append(self)\nC()",
        );
        let back = eval(&ns, "kept.pop()");
        assert!(back.is_gc() && back.is_gc_finalized());
        let text = fresh_str(py, "text");
        assert!(!text.is_gc() && !text.is_gc_finalized());
        assert!(!PyList::empty(py).unwrap().is_gc_finalized());
    });
}

#[test]
fn paths() {
    attached(|py| {
        let text = fresh_str(py, "path");
        assert_eq!(
            (
                delta_while_held(&text, || text.fspath()),
                delta_after_drop(&text, || text.fspath())
            ),
            (1, 0)
        );
        let path = eval(&namespace(py), "__import__('pathlib').PurePosixPath('a/b')");
        assert_eq!(shown(&path.fspath().unwrap()), "'a/b'");
        let fail = || assert!(path.type_of().fspath().unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&path, fail), 0);
    });
}
