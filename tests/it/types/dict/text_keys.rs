//! Dicts with text for keys, and merging them.

use pyptr::error::PyValueError;
use pyptr::types::PyDict;

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{bind, eval, namespace};

#[test]
fn dicts_with_text_for_keys() {
    attached(|py| {
        let (dict, value) = (PyDict::new(py).unwrap(), fresh_str(py, "value"));
        dict.set_str("key", &value).unwrap();
        let get = || dict.get_str("key").unwrap().unwrap();
        assert_eq!(
            (delta_while_held(&value, get), delta_after_drop(&value, get)),
            (1, 0)
        );
        assert!(dict.get_str("missing").unwrap().is_none());
        assert!(dict.contains_str("key").unwrap() && !dict.contains_str("missing").unwrap());
        assert_eq!(value.refcount(), 2);
        // The reference that the dict held.
        let pop = || dict.pop_str("key").unwrap().unwrap();
        assert_eq!(delta_after_drop(&value, pop), -1);
        assert!(dict.pop_str("key").unwrap().is_none());
        dict.set_str("key", &value).unwrap();
        let (other, second) = (PyDict::new(py).unwrap(), fresh_str(py, "second"));
        other.set_str("key", &second).unwrap();
        dict.merge(&other, false).unwrap();
        assert_eq!((value.refcount(), second.refcount()), (2, 2));
        dict.merge(&other, true).unwrap();
        assert_eq!((value.refcount(), second.refcount()), (1, 3));
        let ns = namespace(py);
        bind(&ns, "value", &value);
        dict.merge_pairs(&eval(&ns, "[('key', value), ('new', value)]"), false)
            .unwrap();
        assert_eq!((dict.len(), second.refcount(), value.refcount()), (2, 3, 3));
        assert!(
            dict.merge_pairs(&eval(&ns, "['abc']"), true)
                .unwrap_err()
                .is::<PyValueError>()
        );
        assert!(dict.merge(py.none(), true).is_err());
        dict.del_str("key").unwrap();
        assert!(
            dict.del_str("key")
                .unwrap_err()
                .is::<pyptr::error::PyKeyError>()
        );
        assert_eq!(
            (second.refcount(), dict.refcount(), other.refcount()),
            (2, 1, 1)
        );
        // SAFETY: no watcher has this number.
        assert!(unsafe { dict.watch(99) }.is_err());
        // SAFETY: as above.
        assert!(unsafe { dict.unwatch(99) }.is_err());
        assert_eq!(dict.refcount(), 1);
    });
}

/// Some versions keep interned strs for ever, and this text may come from anywhere.
#[test]
fn keys_are_not_interned() {
    attached(|py| {
        let dict = PyDict::new(py).unwrap();
        dict.set_str("a key that a program is given", py.none())
            .unwrap();
        let ns = namespace(py);
        bind(&ns, "dict", &dict);
        // Another `str` of this text becomes the interned one, so there was none.
        let text = "''.join(['a key ', 'that a program is given'])";
        let is_key = format!("__import__('sys').intern({text}) is [*dict][0]");
        assert!(!crate::python::holds(&ns, &is_key));
    });
}
