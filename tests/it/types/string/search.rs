//! Searching, splitting, joining, replacing.

use pyptr::error::{PyIndexError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PyList, PyString};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, exec, given, namespace, shown};

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
        let empty = PyString::new(py, "").unwrap();
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
fn parts() {
    attached(|py| {
        let text = fresh_str(py, "spam, spam, egg\u{e9}");
        let (spam, no) = (fresh_str(py, "spam"), fresh_str(py, "ham"));
        assert_eq!(
            (text.count_str(&spam).unwrap(), text.count_str(&no).unwrap()),
            (2, 0)
        );
        assert!(text.contains_str(&spam).unwrap() && !text.contains_str(&no).unwrap());
        assert_eq!(text.find_char('m').unwrap(), Some(3));
        assert_eq!(text.find_char('\u{e9}').unwrap(), Some(15));
        assert_eq!(text.find_char('\u{1f600}').unwrap(), None);
        assert_eq!(text.code_point(15).unwrap(), 0xe9);
        assert!(text.code_point(16).unwrap_err().is::<PyIndexError>());
        assert!(text.code_point(usize::MAX).is_err());
        assert!(spam.is_identifier() && !text.is_identifier());
        assert_eq!((text.refcount(), spam.refcount(), no.refcount()), (1, 1, 1));
    });
}

#[test]
fn translated() {
    attached(|py| {
        let text = fresh_str(py, "abc");
        let table = eval(&namespace(py), "{97: 'AA', 98: None}");
        assert!(text.translate(&table).unwrap().eq_str("AAc"));
        assert_eq!(delta_after_drop(&table, || text.translate(&table)), 0);
        let ns = namespace(py);
        exec(
            &ns,
            "class T:\n def __getitem__(self, key): return 1 // 0\ntable = T()",
        );
        let table = eval(&ns, "table");
        let fail = || {
            assert!(
                text.translate(&table)
                    .unwrap_err()
                    .is::<PyZeroDivisionError>()
            )
        };
        assert_eq!((delta_after_drop(&table, fail), text.refcount()), (0, 1));
    });
}
