//! `frozendict`.

use pyptr::error::{PyTypeError, PyZeroDivisionError};
use pyptr::types::{PyDict, PyFrozenDict, PyString};
use pyptr::{Owned, Python};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

/// `frozendict({'key': value})`.
fn with_item<'py>(py: Python<'py>) -> (Owned<'py, PyFrozenDict>, Owned<'py, PyString>) {
    let (dict, value) = (PyDict::new(py).unwrap(), fresh_str(py, "value"));
    dict.set_str("key", &value).unwrap();
    let frozen = PyFrozenDict::new(py, &dict).unwrap();
    drop(dict);
    assert_eq!(value.refcount(), 2);
    (frozen, value)
}

#[test]
fn making_one_takes_references() {
    attached(|py| {
        let (frozen, value) = with_item(py);
        let pairs = frozen.items().unwrap();
        let make = || PyFrozenDict::new(py, &pairs).unwrap();
        assert_eq!(
            (
                delta_while_held(&value, make),
                delta_after_drop(&value, make)
            ),
            (1, 0)
        );
        let not_pairs = eval(&namespace(py), "[1]");
        let fail = || {
            let raised = PyFrozenDict::new(py, &not_pairs).unwrap_err();
            assert!(raised.is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&not_pairs, fail), 0);
        let empty = PyFrozenDict::empty(py).unwrap();
        assert_eq!((empty.len(), empty.is_empty()), (0, true));
        assert_eq!(delta_after_drop(&empty, || PyFrozenDict::empty(py)), 0);
    });
}

#[test]
fn it_is_no_dict() {
    attached(|py| {
        let (frozen, value) = with_item(py);
        assert!(frozen.cast::<PyDict>().is_err());
        assert!(frozen.cast::<PyFrozenDict>().is_ok());
        let key = fresh_str(py, "key");
        let fail = || {
            let raised = frozen.set_item(&key, &value).unwrap_err();
            assert!(raised.is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&value, fail), 0);
        let ns = namespace(py);
        exec(
            &ns,
            "class Derived(frozendict): pass\nresult = Derived(a=1)",
        );
        let derived = eval(&ns, "result");
        assert!(derived.cast::<PyFrozenDict>().is_ok());
        assert!(derived.cast_exact::<PyFrozenDict>().is_err());
    });
}

#[test]
fn looking_up_gives_new_references() {
    attached(|py| {
        let (frozen, value) = with_item(py);
        let (key, other) = (fresh_str(py, "key"), fresh_str(py, "other"));
        let get = || frozen.get(&key).unwrap().unwrap();
        assert_eq!(
            (delta_while_held(&value, get), delta_after_drop(&value, get)),
            (1, 0)
        );
        assert!(get().is(&value));
        assert!(frozen.get(&other).unwrap().is_none());
        assert!(frozen.get_str("key").unwrap().unwrap().is(&value));
        assert!(frozen.contains(&key).unwrap() && !frozen.contains(&other).unwrap());
        assert!(frozen.contains_str("key").unwrap() && !frozen.contains_str("other").unwrap());
        assert_eq!((frozen.len(), frozen.is_empty()), (1, false));
        let unhashable = eval(&namespace(py), "[]");
        let fail = || {
            assert!(frozen.get(&unhashable).unwrap_err().is::<PyTypeError>());
            let raised = frozen.contains(&unhashable).unwrap_err();
            assert!(raised.is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&unhashable, fail), 0);
    });
}

#[test]
fn a_key_that_raises() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class Odd:\n    def __hash__(self): return hash('key')\n    def __eq__(self, other): 1 // 0\n\
             result = frozendict({Odd(): 1})",
        );
        let odd = eval(&ns, "result").cast_into::<PyFrozenDict>().unwrap();
        let raised = odd.get_str("key").unwrap_err();
        assert!(raised.is::<PyZeroDivisionError>());
        drop(raised);
        let raised = odd.contains_str("key").unwrap_err();
        assert!(raised.is::<PyZeroDivisionError>());
    });
}

#[test]
fn lists_of_what_is_in_it() {
    attached(|py| {
        let (frozen, value) = with_item(py);
        let values = || frozen.values().unwrap();
        assert_eq!(
            (
                delta_while_held(&value, values),
                delta_after_drop(&value, values)
            ),
            (1, 0)
        );
        assert_eq!(shown(&frozen.keys().unwrap()), "['key']");
        assert_eq!(shown(&values()), "['value']");
        let items = frozen.items().unwrap();
        assert_eq!(shown(&items), "[('key', 'value')]");
        assert_eq!(delta_after_drop(&value, || frozen.items()), 0);
    });
}
