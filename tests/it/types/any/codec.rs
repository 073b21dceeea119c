//! Codecs between any objects, and file names.

use pyptr::error::{PyLookupError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PyBytes, PyString};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn file_names() {
    attached(|py| {
        let name = PyString::decode_fs(py, b"spam.txt").unwrap();
        assert!(name.eq_str("spam.txt") && name.refcount() == 1);
        let bytes = name.encode_fs().unwrap();
        assert_eq!(
            (bytes.as_bytes(), bytes.refcount()),
            (b"spam.txt".as_slice(), 1)
        );
        let surrogate = eval(&namespace(py), "'\\ud800'");
        let surrogate = surrogate.cast::<PyString>().unwrap();
        // The names of files on Windows may have surrogates.
        assert_eq!(surrogate.encode_fs().is_err(), !cfg!(windows));
        let ns = namespace(py);
        exec(
            &ns,
            "class P:\n def __fspath__(self): return 'spam.txt'\nclass Bad:\n def __fspath__(self): return 1 // 0",
        );
        for path in ["'spam.txt'", "b'spam.txt'", "P()"] {
            let path = eval(&ns, path);
            let (as_bytes, as_str) = (
                || path.fspath_bytes().unwrap(),
                || path.fspath_str().unwrap(),
            );
            assert_eq!(as_bytes().as_bytes(), b"spam.txt");
            assert!(as_str().eq_str("spam.txt"));
            assert_eq!(
                (
                    delta_after_drop(&path, as_bytes),
                    delta_after_drop(&path, as_str)
                ),
                (0, 0)
            );
        }
        assert!(py.none().fspath_bytes().unwrap_err().is::<PyTypeError>());
        assert!(py.none().fspath_str().unwrap_err().is::<PyTypeError>());
        let nul = fresh_str(py, "a\0b");
        let fail = || assert!(nul.fspath_bytes().unwrap_err().is::<PyValueError>());
        assert_eq!(delta_after_drop(&nul, fail), 0);
        let fail = || assert!(nul.fspath_str().unwrap_err().is::<PyValueError>());
        assert_eq!(delta_after_drop(&nul, fail), 0);
        let bad = eval(&ns, "Bad()");
        assert!(bad.fspath_bytes().unwrap_err().is::<PyZeroDivisionError>());
        assert!(bad.fspath_str().unwrap_err().is::<PyZeroDivisionError>());
        assert_eq!(bad.refcount(), 1);
    });
}

#[test]
fn codecs() {
    attached(|py| {
        let bytes = PyBytes::new(py, b"spam").unwrap();
        let hex = bytes.encode_by(c"hex", None).unwrap();
        assert_eq!(shown(&hex), "b'7370616d'");
        assert_eq!(
            delta_while_held(&bytes, || bytes.encode_by(c"hex", None)),
            0
        );
        assert_eq!(shown(&hex.decode_by(c"hex", None).unwrap()), "b'spam'");
        let ascii = fresh_str(py, "a\u{e9}").encode_by(c"ascii", Some(c"replace"));
        assert_eq!(shown(&ascii.unwrap()), "b'a?'");
        let unknown = || {
            assert!(
                bytes
                    .encode_by(c"no-such", None)
                    .unwrap_err()
                    .is::<PyLookupError>()
            )
        };
        assert_eq!(delta_after_drop(&bytes, unknown), 0);
        let wrong = bytes.decode_by(c"no-such", None);
        assert!(wrong.unwrap_err().is::<PyLookupError>());
        assert!(bytes.decode_by(c"hex", None).is_err());
        assert_eq!((bytes.refcount(), hex.refcount()), (1, 1));
    });
}
