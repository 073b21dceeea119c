//! Text and bytes.

use std::borrow::Cow;

use pyptr::IntoPyObject;
use pyptr::types::{PyBytes, PyString};

use super::{error, eval, repr, run, wrong_type};
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

const SURROGATE: &str = "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 1: surrogates not allowed";

#[test]
fn text_is_borrowed_from_the_str() {
    attached(|py| {
        let text = fresh_str(py, "borrowed text");
        let first = text.extract::<&str>().unwrap();
        let second = text.extract::<Cow<'_, str>>().unwrap();
        assert_eq!(first, "borrowed text");
        assert_eq!(first.as_ptr(), second.as_ptr());
        assert!(matches!(second, Cow::Borrowed(_)));
        assert_eq!(delta_while_held(&text, || text.extract::<&str>()), 0);
        assert_eq!(delta_while_held(&text, || text.extract::<String>()), 0);
        let copy: String = text.extract().unwrap();
        drop(text);
        assert_eq!(copy, "borrowed text");
    });
}

#[test]
fn text_round_trips() {
    attached(|py| {
        for text in [
            "",
            "a",
            "plain",
            "naïve",
            "日本語",
            "\u{10ffff}",
            "nul\0nul",
        ] {
            let object = text.into_py_object(py).unwrap();
            assert!(object.cast_exact::<PyString>().is_ok());
            assert_eq!(object.extract::<&str>().unwrap(), text);
            assert_eq!(object.extract::<String>().unwrap(), text);
            assert!(
                object
                    .eq(&text.to_owned().into_py_object(py).unwrap())
                    .unwrap()
            );
            assert!(
                object
                    .eq(&(&text.to_owned()).into_py_object(py).unwrap())
                    .unwrap()
            );
            let cow: Cow<'_, str> = Cow::Owned(text.to_owned());
            assert!(object.eq(&cow.into_py_object(py).unwrap()).unwrap());
        }
    });
}

#[test]
fn lone_surrogates_are_refused() {
    attached(|py| {
        let text = eval(py, "chr(97) + chr(0xd800)");
        assert_eq!(error::<&str>(&text), SURROGATE);
        assert_eq!(error::<String>(&text), SURROGATE);
        assert_eq!(error::<Cow<'_, str>>(&text), SURROGATE);
        assert_eq!(error::<char>(&text), SURROGATE);
        assert_eq!(delta_after_drop(&text, || text.extract::<&str>()), 0);
        assert_eq!(delta_after_drop(&text, || text.extract::<String>()), 0);
    });
}

#[test]
fn text_comes_from_str_alone() {
    attached(|py| {
        for other in ["b'bytes'", "1", "None", "['a']"] {
            let other = eval(py, other);
            assert_eq!(wrong_type::<&str>(&other), "str");
            assert_eq!(wrong_type::<String>(&other), "str");
            assert_eq!(wrong_type::<Cow<'_, str>>(&other), "str");
            assert_eq!(wrong_type::<char>(&other), "str of length 1");
        }
        let subclass = run(py, "class Str(str): pass\nresult = Str('sub')");
        assert_eq!(subclass.extract::<&str>().unwrap(), "sub");
    });
}

#[test]
fn char_is_one_code_point() {
    attached(|py| {
        for char in ['a', '\0', 'é', '日', '\u{10ffff}'] {
            let object = char.into_py_object(py).unwrap();
            assert_eq!(object.extract::<char>().unwrap(), char);
            assert_eq!(object.len().unwrap(), 1);
        }
        assert_eq!(repr(py, '\''), "\"'\"");
        assert_eq!(
            error::<char>(&eval(py, "''")),
            "TypeError: expected str of length 1, got str of length 0"
        );
        let three = fresh_str(py, "日本語");
        assert_eq!(
            error::<char>(&three),
            "TypeError: expected str of length 1, got str of length 3"
        );
        assert_eq!(delta_after_drop(&three, || three.extract::<char>()), 0);
    });
}

#[test]
fn a_slice_of_bytes_is_borrowed() {
    attached(|py| {
        let object = (&b"b\0ytes"[..]).into_py_object(py).unwrap();
        assert!(object.cast_exact::<PyBytes>().is_ok());
        assert_eq!(object.refcount(), 1);
        let first = object.extract::<&[u8]>().unwrap();
        let second = object.extract::<&[u8]>().unwrap();
        assert_eq!(first, b"b\0ytes");
        assert_eq!(first.as_ptr(), second.as_ptr());
        assert_eq!(delta_while_held(&object, || object.extract::<&[u8]>()), 0);
        let empty = (&b""[..]).into_py_object(py).unwrap();
        assert_eq!(empty.extract::<&[u8]>().unwrap(), b"");
    });
}

#[test]
fn only_bytes_lend_a_slice() {
    attached(|py| {
        for other in ["bytearray(b'abc')", "memoryview(b'abc')", "'abc'", "[1]"] {
            assert_eq!(wrong_type::<&[u8]>(&eval(py, other)), "bytes", "{other}");
        }
    });
}

#[test]
fn text_in_boxes() {
    use std::sync::Arc;

    attached(|py| {
        let text = fresh_str(py, "naïve");
        assert_eq!(&*text.extract::<Box<str>>().unwrap(), "naïve");
        assert_eq!(&*text.extract::<Arc<str>>().unwrap(), "naïve");
        assert_eq!(delta_after_drop(&text, || text.extract::<Box<str>>()), 0);
        assert_eq!(repr(py, Box::<str>::from("naïve")), "'naïve'");
        assert_eq!(repr(py, Arc::<str>::from("naïve")), "'naïve'");
        assert_eq!(wrong_type::<Box<str>>(&eval(py, "b'a'")), "str");
        assert_eq!(error::<Box<str>>(&eval(py, "'a' + chr(0xd800)")), SURROGATE);
        assert_eq!(
            error::<Vec<Arc<str>>>(&eval(py, "['a', 5]")),
            "TypeError: item 1: expected str, got int"
        );
    });
}

#[test]
fn bytes_that_may_be_borrowed() {
    attached(|py| {
        let bytes = PyBytes::new(py, b"borrowed").unwrap();
        let content = bytes.extract::<Cow<'_, [u8]>>().unwrap();
        assert!(matches!(content, Cow::Borrowed(b"borrowed")));
        assert_eq!(
            delta_while_held(&bytes, || bytes.extract::<Cow<'_, [u8]>>()),
            0
        );
        assert_eq!(repr(py, Cow::<[u8]>::Owned(vec![1])), "b'\\x01'");
        assert_eq!(
            wrong_type::<Cow<'_, [u8]>>(&eval(py, "bytearray(b'a')")),
            "bytes"
        );
    });
}
