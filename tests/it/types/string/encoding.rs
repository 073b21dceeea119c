//! Encodings.

use pyptr::error::{
    PyLookupError, PyTypeError, PyUnicodeDecodeError, PyUnicodeEncodeError, PyValueError,
};
use pyptr::types::{PyBytes, PyString};

use crate::common::{attached, delta_after_drop, fresh_str};

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
