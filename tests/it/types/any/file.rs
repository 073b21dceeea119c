//! Files: writing objects, reading lines.

use pyptr::error::{PyAttributeError, PyEOFError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::PyInt;

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn files() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import io\nfile = io.StringIO()\nclass F:\n def fileno(self): return 5\n def write(self, text): 1 // 0",
        );
        let (file, odd) = (eval(&ns, "file"), eval(&ns, "F()"));
        let text = fresh_str(py, "spam\n");
        file.write_object(&text, false).unwrap();
        file.write_object(&text, true).unwrap();
        let seen = file.call_method0(c"getvalue").unwrap();
        assert_eq!(shown(&seen), r#""spam\n'spam\\n'""#);
        let fail = || {
            assert!(
                odd.write_object(&text, false)
                    .unwrap_err()
                    .is::<PyZeroDivisionError>()
            )
        };
        assert_eq!((delta_after_drop(&text, fail), text.refcount()), (0, 1));
        let none = py.none().write_object(&text, false);
        assert!(none.unwrap_err().is::<PyAttributeError>());
        assert_eq!(odd.file_descriptor().unwrap(), 5);
        assert_eq!(eval(&ns, "3").file_descriptor().unwrap(), 3);
        assert!(
            eval(&ns, "-3")
                .file_descriptor()
                .unwrap_err()
                .is::<PyValueError>()
        );
        assert!(text.file_descriptor().unwrap_err().is::<PyTypeError>());
        assert_eq!(odd.refcount(), 1);
        file.call_method1(c"seek", &PyInt::new(py, 0).unwrap())
            .unwrap();
        assert_eq!(shown(&file.read_line(2).unwrap()), "'sp'");
        assert_eq!(shown(&file.read_line(0).unwrap()), r"'am\n'");
        assert_eq!(shown(&file.read_line(-1).unwrap()), r#""'spam\\n'""#);
        assert_eq!(shown(&file.read_line(0).unwrap()), "''");
        let at_the_end = || assert!(file.read_line(-1).unwrap_err().is::<PyEOFError>());
        assert_eq!(delta_after_drop(&file, at_the_end), 0);
    });
}

/// What `readline` gives may be of a subclass, which C would cut in place.
#[test]
fn lines_of_subclasses() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class Line(bytes): pass\nclass Text(str): pass\nclass File:\n    def __init__(self, *lines): self.lines = list(lines)\n    def readline(self): return self.lines.pop()",
        );
        for _ in 0..100 {
            let file = eval(
                &ns,
                "File(Line(), Text('spam\\n'), Line(b'spam'), Line(b'eggs\\n'))",
            );
            for expected in ["b'eggs'", "b'spam'", "'spam'"] {
                let line = file.read_line(-1).unwrap();
                assert_eq!((shown(&line).as_str(), line.refcount()), (expected, 1));
            }
            assert!(file.read_line(-1).unwrap_err().is::<PyEOFError>());
        }
    });
}
