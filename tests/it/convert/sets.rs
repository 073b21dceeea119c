//! `HashSet` and `BTreeSet`.

use std::collections::{BTreeSet, HashSet};

use pyptr::IntoPyObject;
use pyptr::types::PySet;

use super::{error, eval, message, repr, run, wrong_type};
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

#[test]
fn sets_round_trip() {
    attached(|py| {
        let ordered: BTreeSet<i64> = [3, 1, 2].into();
        let object = ordered.clone().into_py_object(py).unwrap();
        assert!(object.cast_exact::<PySet>().is_ok());
        assert_eq!(object.refcount(), 1);
        assert_eq!(object.extract::<BTreeSet<i64>>().unwrap(), ordered);
        let hashed: HashSet<i64> = object.extract().unwrap();
        assert_eq!(hashed, ordered.iter().copied().collect());
        assert!(hashed.into_py_object(py).unwrap().eq(&object).unwrap());
        assert_eq!(repr(py, BTreeSet::from([7_u8])), "{7}");
        assert_eq!(repr(py, HashSet::<String>::new()), "set()");
        for code in [
            "frozenset({'a', 'b'})",
            "{'a', 'b'}",
            "type('S', (set,), {})(['a', 'b'])",
        ] {
            let set: BTreeSet<String> = eval(py, code).extract().unwrap();
            assert_eq!(set, ["a".to_owned(), "b".to_owned()].into());
        }
        // Equal in Rust, and equal in Python.
        let set: HashSet<i64> = eval(py, "{1, type('I', (), {'__index__': lambda s: 1})()}")
            .extract()
            .unwrap();
        assert_eq!(set.len(), 1);
        let floats = vec![1.0_f64, 1.0].into_iter().map(f64::to_bits);
        assert_eq!(
            floats
                .collect::<HashSet<u64>>()
                .into_py_object(py)
                .unwrap()
                .len()
                .unwrap(),
            1
        );
    });
}

#[test]
fn sets_come_from_sets_alone() {
    attached(|py| {
        for other in ["[1]", "None", "{1: 2}", "(1,)", "'ab'"] {
            assert_eq!(
                wrong_type::<HashSet<i64>>(&eval(py, other)),
                "set or frozenset"
            );
            assert_eq!(
                wrong_type::<BTreeSet<i64>>(&eval(py, other)),
                "set or frozenset"
            );
        }
    });
}

#[test]
fn errors_name_the_item() {
    attached(|py| {
        let error = |code| error::<BTreeSet<u8>>(&eval(py, code));
        assert_eq!(
            error("{1, 'two'}"),
            "TypeError: item 'two': expected int, got str"
        );
        assert_eq!(
            error("{300}"),
            "OverflowError: item 300: expected int from 0 to 255, got 300"
        );
        assert_eq!(
            error("{None}"),
            "TypeError: item None: expected int, got None"
        );
        assert_eq!(
            error("{(1, 2)}"),
            "TypeError: an item of type tuple: expected int, got tuple"
        );
        let nested = super::error::<Vec<HashSet<u8>>>(&eval(py, "[{1}, {2, 'x'}]"));
        assert_eq!(nested, "TypeError: item 1, item 'x': expected int, got str");
        let unhashable = BTreeSet::from([vec![1_u8]]).into_py_object(py).unwrap_err();
        // In the words of the version.
        assert!(message(unhashable).contains("unhashable type: 'list'"));
    });
}

/// A subclass with its own iteration, and sets that change meanwhile.
#[test]
fn hostile_sets() {
    attached(|py| {
        let own = run(
            py,
            "class S(set):\n    def __iter__(self): return iter([5, 6])\nresult = S([1])",
        );
        assert_eq!(own.extract::<BTreeSet<i64>>().unwrap(), [5, 6].into());
        let raises = run(
            py,
            "class S(set):\n    def __iter__(self):\n        yield 1\n        raise KeyError('k')\nresult = S([1])",
        );
        assert_eq!(error::<HashSet<i64>>(&raises), "KeyError: 'k'");
        let grows = run(
            py,
            "
class Grows:
    def __index__(self):
        result.add(len(result) + 10)
        return 1
result = {Grows()}",
        );
        assert_eq!(
            error::<BTreeSet<i64>>(&grows),
            "RuntimeError: Set changed size during iteration"
        );
        drop(run(py, "result = None"));
    });
}

#[test]
fn counts_of_items() {
    attached(|py| {
        let item = fresh_str(py, "an item");
        let set = PySet::new(py).unwrap();
        set.add(&item).unwrap();
        let convert = || set.extract::<HashSet<String>>().unwrap();
        assert_eq!(delta_after_drop(&item, convert), 0);
        assert_eq!(delta_while_held(&item, convert), 0);
        let fails = || drop(set.extract::<HashSet<i64>>().unwrap_err());
        assert_eq!(delta_after_drop(&item, fails), 0);
        let shared = || {
            let item = item.new_ref().into_any();
            let text = item.extract::<String>().unwrap();
            HashSet::from([text]).into_py_object(py).unwrap()
        };
        assert_eq!(delta_after_drop(&item, shared), 0);
    });
}
