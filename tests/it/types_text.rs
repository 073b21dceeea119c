//! `str`: searching, splitting, comparing, encodings.

use std::cmp::Ordering;

use pyptr::error::{
    PyLookupError, PyTypeError, PyUnicodeDecodeError, PyUnicodeEncodeError, PyValueError,
};
use pyptr::types::{PyBytes, PyList, PyString};
use pyptr::{Owned, Python};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, given, namespace, shown};

fn text<'py>(py: Python<'py>, text: &str) -> Owned<'py, PyString> {
    PyString::new(py, text).unwrap()
}

#[test]
fn join_and_split() {
    attached(|py| {
        let (comma, item) = (fresh_str(py, ", "), fresh_str(py, "item"));
        let list = PyList::from_owned(py, [given(&item), given(&item)]).unwrap();
        assert!(comma.join(&list).unwrap().eq_str("item, item"));
        assert_eq!(delta_after_drop(&list, || comma.join(&list).unwrap()), 0);
        let mixed = eval(&namespace(py), "['a', 1]");
        let fail = || assert!(comma.join(&mixed).unwrap_err().is::<PyTypeError>());
        assert_eq!((delta_after_drop(&mixed, fail), item.refcount()), (0, 3));
        let joined = fresh_str(py, "a, b, c");
        assert_eq!(
            shown(&joined.split(Some(&comma), 1).unwrap()),
            "['a', 'b, c']"
        );
        assert_eq!(
            shown(&joined.rsplit(Some(&comma), 1).unwrap()),
            "['a, b', 'c']"
        );
        assert_eq!(shown(&joined.split(None, -1).unwrap()), "['a,', 'b,', 'c']");
        assert_eq!(
            shown(&joined.partition(&comma).unwrap()),
            "('a', ', ', 'b, c')"
        );
        assert_eq!(
            shown(&joined.rpartition(&comma).unwrap()),
            "('a, b', ', ', 'c')"
        );
        assert_eq!(
            delta_after_drop(&joined, || joined.split(Some(&comma), -1)),
            0
        );
        let empty = text(py, "");
        assert!(
            joined
                .split(Some(&empty), -1)
                .unwrap_err()
                .is::<PyValueError>()
        );
        assert!(
            joined
                .rsplit(Some(&empty), -1)
                .unwrap_err()
                .is::<PyValueError>()
        );
        assert!(joined.partition(&empty).unwrap_err().is::<PyValueError>());
        assert!(joined.rpartition(&empty).unwrap_err().is::<PyValueError>());
        assert_eq!((joined.refcount(), comma.refcount()), (1, 1));
        let lines = fresh_str(py, "one\ntwo\n");
        assert_eq!(shown(&lines.splitlines(false).unwrap()), "['one', 'two']");
        assert_eq!(
            shown(&lines.splitlines(true).unwrap()),
            "['one\\n', 'two\\n']"
        );
        assert_eq!(lines.refcount(), 1);
    });
}

#[test]
fn find_and_replace() {
    attached(|py| {
        let (banana, an, x) = (
            fresh_str(py, "banana"),
            fresh_str(py, "an"),
            fresh_str(py, "xx"),
        );
        assert_eq!(
            (banana.find(&an).unwrap(), banana.rfind(&an).unwrap()),
            (Some(1), Some(3))
        );
        assert_eq!(
            (banana.find(&x).unwrap(), banana.rfind(&x).unwrap()),
            (None, None)
        );
        assert!(banana.replace(&an, &x, 1).unwrap().eq_str("bxxana"));
        assert!(banana.replace(&an, &x, -1).unwrap().eq_str("bxxxxa"));
        assert!(banana.substring(2, 4).unwrap().eq_str("na"));
        assert!(banana.substring(4, usize::MAX).unwrap().eq_str("na"));
        assert!(
            banana.starts_with(&fresh_str(py, "ban")).unwrap() && !banana.starts_with(&an).unwrap()
        );
        assert!(
            banana.ends_with(&fresh_str(py, "ana")).unwrap() && !banana.ends_with(&an).unwrap()
        );
        assert_eq!((banana.refcount(), an.refcount(), x.refcount()), (1, 1, 1));
    });
}

#[test]
fn order_is_that_of_code_points() {
    attached(|py| {
        let (a, b) = (fresh_str(py, "aa"), fresh_str(py, "ab"));
        assert_eq!(a.cmp_str(&b).unwrap(), Ordering::Less);
        assert_eq!(b.cmp_str(&a).unwrap(), Ordering::Greater);
        assert_eq!(a.cmp_str(&fresh_str(py, "aa")).unwrap(), Ordering::Equal);
        assert_eq!((a.refcount(), b.refcount()), (1, 1));
    });
}

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
        assert_eq!(text(py, "").to_c_str().unwrap(), c"");
        let nul = fresh_str(py, "a\0b");
        let fail = || assert!(nul.to_c_str().unwrap_err().is::<PyValueError>());
        assert_eq!((delta_after_drop(&nul, fail), green.refcount()), (0, 1));
    });
}

#[test]
fn formatting() {
    attached(|py| {
        let format = fresh_str(py, "<%s>");
        let item = fresh_str(py, "item");
        assert!(format.format_with(&item).unwrap().eq_str("<item>"));
        assert_eq!(delta_after_drop(&item, || format.format_with(&item)), 0);
        let tuple = eval(&namespace(py), "(1, 2)");
        let fail = || assert!(format.format_with(&tuple).unwrap_err().is::<PyTypeError>());
        assert_eq!((delta_after_drop(&tuple, fail), format.refcount()), (0, 1));
    });
}

#[test]
fn interning_steals() {
    attached(|py| {
        let first = fresh_str(py, "pyptr test of interning").into_interned();
        let second = fresh_str(py, "pyptr test of interning").into_interned();
        assert!(first.is(&second));
        assert!(pyptr::intern!(py, "pyptr test of interning").is(&first));
        let held = || PyString::intern(py, c"pyptr test of interning").unwrap();
        assert_eq!(delta_after_drop(&first, held), 0);
        assert!(held().is(&first));
    });
}
