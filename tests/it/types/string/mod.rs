//! `str`: made, read, interned.

mod append;
mod builder;
mod code_units;
mod compare;
mod decode;
mod encoding;
mod format;
mod hash;
mod in_place;
mod search;
mod utf8;

use pyptr::error::{PyUnicodeDecodeError, PyUnicodeEncodeError};
use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, Python};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::run;

#[test]
fn text_comes_back_as_it_went_in() {
    attached(|py| {
        for text in [
            "",
            "a",
            "plain",
            "nul\0inside\0",
            "\u{e9}t\u{e9}",
            "\u{65e5}\u{672c}",
            "\u{1f40d}!",
        ] {
            let object = PyString::new(py, text).unwrap();
            assert_eq!(object.to_str().unwrap(), text);
            assert_eq!(object.to_rust_string().unwrap(), text);
            assert_eq!(object.len(), text.chars().count());
            assert_eq!(object.is_empty(), text.is_empty());
        }
    });
}

#[test]
fn lone_surrogates_do_not_encode() {
    attached(|py| {
        let object = run(py, "result = 'lone' + chr(0xd800)")
            .cast_into::<PyString>()
            .unwrap();
        let before = object.refcount();
        assert!(object.to_str().unwrap_err().is::<PyUnicodeEncodeError>());
        assert!(
            object
                .to_rust_string()
                .unwrap_err()
                .is::<PyUnicodeEncodeError>()
        );
        assert!(!crate::error::is_set(py));
        assert_eq!((object.len(), object.refcount()), (5, before));
    });
}

#[test]
fn intern_shares_one_object() {
    attached(|py| {
        let first = PyString::intern(py, c"interned_by_a_test").unwrap();
        let second = PyString::intern(py, c"interned_by_a_test").unwrap();
        assert!(first.is(&second));
        let invalid = PyString::intern(py, c"\xff").unwrap_err();
        assert!(invalid.is::<PyUnicodeDecodeError>());
    });
}

#[test]
fn concat_borrows_both() {
    attached(|py| {
        let (left, right) = (fresh_str(py, "left "), fresh_str(py, "right"));
        let both = left.concat(&right).unwrap();
        assert_eq!(both.to_str().unwrap(), "left right");
        assert_eq!(
            left.concat_str("right").unwrap().to_str().unwrap(),
            "left right"
        );
        assert_eq!(
            (left.refcount(), right.refcount(), both.refcount()),
            (1, 1, 1)
        );
    });
}

fn eval_str<'py>(py: Python<'py>, code: &std::ffi::CStr) -> Owned<'py, PyString> {
    py.eval(code, None, None).unwrap().cast_into().unwrap()
}

pub fn text<'a>(str: &'a Borrowed<'_, PyString>) -> &'a str {
    str.to_str().unwrap()
}

#[test]
fn new_and_to_str_for_every_width() {
    attached(|py| {
        for content in [
            "",
            "a",
            "ascii",
            "na\u{ef}ve",
            "\u{20ac}uro",
            "\u{1f40d}!",
            "a\0b",
        ] {
            let str = PyString::new(py, content).unwrap();
            assert_eq!(text(&str), content);
            assert_eq!(str.len(), content.chars().count());
            assert_eq!(str.is_empty(), content.is_empty());
            assert_eq!(str.to_rust_string().unwrap(), content);
        }
    });
}

#[test]
fn lone_surrogates_are_no_utf_8() {
    attached(|py| {
        let str = eval_str(py, c"'ab\\ud800cd'");
        let before = str.refcount();
        assert!(
            str.to_str()
                .is_err_and(|raised| raised.is::<PyUnicodeEncodeError>())
        );
        assert_eq!(str.refcount(), before);
        assert!(!str.eq_str("ab?cd") && !str.eq_str("ab\u{fffd}cd"));
    });
}

#[test]
fn from_char_for_every_width() {
    attached(|py| {
        for char in [
            '\0',
            'x',
            '\u{ff}',
            '\u{100}',
            '\u{d7ff}',
            '\u{e000}',
            char::MAX,
        ] {
            let str = PyString::from_char(py, char).unwrap();
            assert_eq!(text(&str), char.to_string());
        }
    });
}

#[test]
fn intern_gives_the_same_object_for_the_same_name() {
    attached(|py| {
        let name = c"intern_gives_the_same_object";
        let one = PyString::intern(py, name).unwrap();
        assert!(one.is(&PyString::intern(py, name).unwrap()));
        assert!(!one.is(&fresh_str(py, name.to_str().unwrap())));
        let invalid = PyString::intern(py, c"\xff");
        assert!(invalid.is_err_and(|raised| raised.is::<pyptr::error::PyUnicodeDecodeError>()));
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

/// From 3.14 on, the collector tracks the dict of interned strs, so that Python code can find it.
#[cfg(all(Py_3_14, not(Py_GIL_DISABLED)))]
#[test]
fn what_is_interned_and_is_no_str() {
    use pyptr::error::PyTypeError;
    use pyptr::types::{PyByteArray, PyDict};
    attached(|py| {
        let interned = run(
            py,
            "import gc, sys
mark = sys.intern('pyptr_test_interned_dict')
found = [d for d in gc.get_referrers(mark) if type(d) is dict and d.get(mark) is mark and len(d) > 500]
result = found[0] if found else None",
        );
        let Ok(interned) = interned.cast::<PyDict>() else {
            return;
        };
        let (name, text) = (c"no str, but interned", "no str, but interned");
        let other = PyByteArray::new(py, &[0; 99]).unwrap();
        interned.set(&fresh_str(py, text), &other).unwrap();
        let raised = PyString::intern(py, name).map(drop);
        let panic = std::panic::catch_unwind(|| drop(fresh_str(py, text).into_interned()));
        interned.del_str(text).unwrap();
        assert!(raised.is_err_and(|raised| raised.is::<PyTypeError>()));
        assert!(panic.is_err());
        assert_eq!(other.refcount(), 1);
    });
}
