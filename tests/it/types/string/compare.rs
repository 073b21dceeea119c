//! Equality and order.

use std::cmp::Ordering;

use pyptr::types::PyString;

use crate::common::{attached, delta_after_drop, fresh_str};

#[test]
fn eq_str_compares_text() {
    attached(|py| {
        let texts = [
            "",
            "a",
            "ab",
            "abc",
            "\u{e9}",
            "e",
            "\u{20ac}",
            "a\u{1f40d}",
            "a\0",
            "a\0b",
        ];
        for left in texts {
            let str = PyString::new(py, left).unwrap();
            for right in texts {
                assert_eq!(str.eq_str(right), left == right, "{left:?} {right:?}");
            }
        }
        let str = fresh_str(py, "fresh");
        assert_eq!(delta_after_drop(&str, || str.eq_str("fresh")), 0);
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

/// `==` with Rust text, of all pointers and from both sides. No Python code runs.
#[test]
fn equal_to_rust_text() {
    use crate::python::run;
    use pyptr::types::PyString;
    use pyptr::{Borrowed, Owned};

    attached(|py| {
        let text: Owned<'_, PyString> = PyString::new(py, "naïve").unwrap();
        let borrowed: &Borrowed<'_, PyString> = &text;
        let string = "naïve".to_owned();
        let forwards = [
            text == "naïve",
            text == string,
            borrowed == "naïve",
            *borrowed == string,
        ];
        let backwards = [
            "naïve" == text,
            string == text,
            "naïve" == borrowed,
            string == *borrowed,
        ];
        assert_eq!((forwards, backwards), ([true; 4], [true; 4]));
        assert!(*borrowed == *"naïve" && *borrowed == "naïve");
        assert_eq!(
            [text != "naive", borrowed != "naïv", "naïv" != borrowed],
            [true; 3]
        );
        // Any object by its own `eq`, as before.
        assert!(text.eq(borrowed).unwrap() && borrowed.eq(&text).unwrap());
        assert!(!text.eq(py.none()).unwrap());
        let lone = run(py, "result = chr(0xd800)")
            .cast_into::<PyString>()
            .unwrap();
        assert!(lone != "\u{fffd}" && lone != "?");
        let hostile = run(
            py,
            "class S(str):\n    def __eq__(self, other): raise KeyError\nresult = S('a')",
        );
        let hostile = hostile.cast_into::<PyString>().unwrap();
        assert!(hostile == "a" && hostile != "b");
        assert!(
            hostile
                .eq(&text)
                .unwrap_err()
                .is::<pyptr::error::PyKeyError>()
        );
        let raises = run(
            py,
            "class A:\n    def __eq__(self, other): raise KeyError\nresult = A()",
        );
        assert!(text.eq(&raises).is_err() && borrowed.eq(&raises).is_err());
        assert_eq!((text.refcount(), hostile.refcount()), (1, 1));
    });
}
