//! Encodings.

use pyptr::error::{
    PyLookupError, PyTypeError, PyUnicodeDecodeError, PyUnicodeEncodeError, PyValueError,
};
use pyptr::types::{PyBytes, PyString};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, exec, holds, namespace, shown};

#[test]
fn encodings() {
    attached(|py| {
        let green = fresh_str(py, "grün");
        assert_eq!(
            green.encode(None, None).unwrap().as_bytes(),
            "grün".as_bytes()
        );
        assert_eq!(
            green.encode(Some(c"latin-1"), None).unwrap().as_bytes(),
            b"gr\xfcn"
        );
        assert_eq!(
            green
                .encode(Some(c"ascii"), Some(c"replace"))
                .unwrap()
                .as_bytes(),
            b"gr?n"
        );
        let fail = || {
            assert!(
                green
                    .encode(Some(c"ascii"), None)
                    .unwrap_err()
                    .is::<PyUnicodeEncodeError>()
            );
            assert!(
                green
                    .encode(Some(c"no such encoding"), None)
                    .unwrap_err()
                    .is::<PyLookupError>()
            );
        };
        // A failed one leaves the exception with a reference, which is gone with it.
        assert_eq!(delta_after_drop(&green, fail), 0);
        assert!(
            PyString::from_utf8(py, "grün".as_bytes(), None)
                .unwrap()
                .eq_str("grün")
        );
        assert!(
            PyString::from_utf8(py, b"gr\xfcn", None)
                .unwrap_err()
                .is::<PyUnicodeDecodeError>()
        );
        assert!(
            PyString::from_utf8(py, b"gr\xfcn", Some(c"ignore"))
                .unwrap()
                .eq_str("grn")
        );
        assert!(
            PyString::decode(py, b"gr\xfcn", c"latin-1", None)
                .unwrap()
                .eq_str("grün")
        );
        assert!(
            PyString::decode(py, b"text", c"no such encoding", None)
                .unwrap_err()
                .is::<PyLookupError>()
        );
        let bytes = PyBytes::new(py, b"gr\xfcn").unwrap();
        assert!(
            PyString::from_encoded(&bytes, c"latin-1", None)
                .unwrap()
                .eq_str("grün")
        );
        assert!(
            PyString::from_encoded(&bytes, c"ascii", None)
                .unwrap_err()
                .is::<PyUnicodeDecodeError>()
        );
        assert!(
            PyString::from_encoded(&green, c"ascii", None)
                .unwrap_err()
                .is::<PyTypeError>()
        );
        assert_eq!(bytes.refcount(), 1);
    });
}

#[test]
fn c_strings() {
    attached(|py| {
        let green = fresh_str(py, "grün");
        assert_eq!(green.to_c_str().unwrap().to_bytes(), "grün".as_bytes());
        assert_eq!(PyString::new(py, "").unwrap().to_c_str().unwrap(), c"");
        let nul = fresh_str(py, "a\0b");
        let fail = || assert!(nul.to_c_str().unwrap_err().is::<PyValueError>());
        assert_eq!((delta_after_drop(&nul, fail), green.refcount()), (0, 1));
    });
}

/// What a codec gets is an object of its own, not a view of a slice, and what it returns is a str or refused.
#[test]
fn codecs_written_in_python() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import codecs
kept = []
def decode(input, errors='strict'):
    kept.append(input)
    return made if len(input) == 1 else f'{len(input)} bytes', len(input)
made = bytearray(b'no text')
def search(name):
    if name == 'pyptr_keeping': return codecs.CodecInfo(None, decode, name=name)
codecs.register(search)",
        );
        let mut bytes = b"in a Vec".to_vec();
        let text = PyString::decode(py, &bytes, c"pyptr_keeping", None).unwrap();
        bytes.fill(b'x');
        assert!(text.eq_str("8 bytes"));
        assert_eq!(shown(&eval(&ns, "bytes(kept[0])")), "b'in a Vec'");
        // The same for the memory of another object, which may go.
        for (object, left) in [
            ("bytearray(b'one')", 0),
            ("memoryview(bytearray(b'two'))[::2]", 0),
            ("bytes(bytearray(b'six'))", 1),
        ] {
            let object = eval(&ns, object);
            let text = || PyString::from_encoded(&object, c"pyptr_keeping", None).unwrap();
            let made = text();
            let expected = format!("{} bytes", object.len().unwrap());
            assert!(made.eq_str(&expected), "{made:?}");
            assert!(holds(&ns, "type(kept[-1]) is bytes"));
            // `bytes` itself is what the codec gets.
            assert_eq!(delta_after_drop(&object, text), left);
        }
        let made = eval(&ns, "made");
        let fail = || {
            let failed = PyString::decode(py, b"x", c"pyptr_keeping", None);
            assert!(failed.unwrap_err().is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&made, fail), 0);
        let failed = PyString::decode(py, b"6162", c"hex", None);
        assert!(failed.unwrap_err().is::<PyTypeError>());
        exec(&ns, "codecs.unregister(search)");
        // Its name is not looked up for no bytes.
        let empty = PyString::decode(py, b"", c"pyptr_no_encoding", None);
        let is_empty = empty.is_ok_and(|text| text.is_empty());
        assert!(is_empty || cfg!(py_sys_config = "Py_DEBUG"));
        let failed = PyString::decode(py, b"x", c"pyptr_no_encoding", None);
        assert!(failed.unwrap_err().is::<PyLookupError>());
    });
}

/// The encodings that C decodes itself, by any of their names.
#[test]
fn encodings_of_c() {
    attached(|py| {
        for (encoding, bytes) in [
            (c"utf-8", "gr\u{fc}n".as_bytes()),
            (c"UTF8", "gr\u{fc}n".as_bytes()),
            (c"Latin-1", b"gr\xfcn"),
            (c"ISO-8859-1", b"gr\xfcn"),
            (c"utf-16-le", b"g\0r\0\xfc\0n\0"),
            (c"UTF_16", b"\xff\xfeg\0r\0\xfc\0n\0"),
            (c"utf-32", b"\xff\xfe\0\0g\0\0\0r\0\0\0\xfc\0\0\0n\0\0\0"),
            (c"cp1252", b"gr\xfcn"),
            (c"utf-7", b"gr+APw-n"),
            (c"unicode_escape", b"gr\\xfcn"),
        ] {
            let text = PyString::decode(py, bytes, encoding, Some(c"strict"));
            assert!(text.unwrap().eq_str("gr\u{fc}n"), "{encoding:?}");
            let text = PyString::decode(py, b"gr?n", encoding, Some(c"replace"));
            assert!(text.is_ok(), "{encoding:?}");
        }
    });
}
