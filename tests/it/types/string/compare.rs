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
