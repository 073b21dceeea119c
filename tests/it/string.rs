//! `str`.

use pyptr::error::{PyUnicodeDecodeError, PyUnicodeEncodeError};
use pyptr::types::PyString;

use crate::common::{attached, fresh_str};
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
        assert!(!crate::errors::is_set(py));
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

#[test]
fn append_steals_the_left_side() {
    attached(|py| {
        let (left, right) = (fresh_str(py, "left "), fresh_str(py, "right"));
        // Somebody else has it: a copy.
        let both = left.new_ref().append(&right).unwrap();
        assert!(!both.is(&left));
        assert_eq!(
            (left.to_str().unwrap(), both.to_str().unwrap()),
            ("left ", "left right")
        );
        assert_eq!(
            (left.refcount(), right.refcount(), both.refcount()),
            (1, 1, 1)
        );
        // Nobody else has it: in place, if the allocator can.
        let both = left.append(&right).unwrap().append_str("!").unwrap();
        assert_eq!(both.to_str().unwrap(), "left right!");
        assert_eq!((right.refcount(), both.refcount()), (1, 1));
        // To itself.
        let twice = right.new_ref().append(&right).unwrap();
        assert_eq!(
            (twice.to_str().unwrap(), right.to_str().unwrap()),
            ("rightright", "right")
        );
        assert_eq!((right.refcount(), twice.refcount()), (1, 1));
    });
}
