//! `HashMap` and `BTreeMap`.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use pyptr::IntoPyObject;
use pyptr::types::{PyAny, PyDict, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python, error::PyValueError};

use super::{error, eval, message, repr, run, wrong_type};
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

#[test]
fn maps_round_trip() {
    attached(|py| {
        let ordered: BTreeMap<String, Vec<u8>> =
            [("b".to_owned(), vec![1, 2]), ("a".to_owned(), vec![])].into();
        let object = ordered.clone().into_py_object(py).unwrap();
        assert!(object.cast_exact::<PyDict>().is_ok());
        assert_eq!(object.refcount(), 1);
        assert_eq!(
            object.extract::<BTreeMap<String, Vec<u8>>>().unwrap(),
            ordered
        );
        let hashed: HashMap<String, Vec<u8>> = object.extract().unwrap();
        assert_eq!(hashed, ordered.clone().into_iter().collect());
        assert!(hashed.into_py_object(py).unwrap().eq(&object).unwrap());
        assert_eq!(repr(py, ordered), "{'a': [], 'b': [1, 2]}");
        assert_eq!(repr(py, HashMap::<i64, i64>::new()), "{}");
        let subclass = eval(
            py,
            "__import__('collections').OrderedDict([(2, 'b'), (1, 'a')])",
        );
        let map: BTreeMap<i64, String> = subclass.extract().unwrap();
        assert_eq!(map[&1], "a");
        assert_eq!(map.len(), 2);
    });
}

#[test]
fn maps_come_from_dicts_alone() {
    attached(|py| {
        for other in ["[(1, 2)]", "None", "{1, 2}"] {
            let other = eval(py, other);
            assert_eq!(wrong_type::<HashMap<i64, i64>>(&other), "dict");
            assert_eq!(wrong_type::<BTreeMap<i64, i64>>(&other), "dict");
        }
        assert_eq!(
            error::<HashMap<i64, i64>>(&eval(py, "[]")),
            "TypeError: expected dict, got list"
        );
    });
}

/// A dict of three items, the middle one of which has another key and value type.
fn mixed<'py>(py: Python<'py>, text: &Borrowed<'py, PyAny>) -> Owned<'py, PyAny> {
    let dict = PyDict::new(py).unwrap();
    let keys = ["one", "two", "three"];
    for (index, key) in keys.into_iter().enumerate() {
        let key = key.into_py_object(py).unwrap();
        let value = match index {
            1 => 2_i64.into_py_object(py).unwrap(),
            _ => text.new_ref(),
        };
        dict.insert_owned(key, value).unwrap();
    }
    dict.into_any()
}

#[test]
fn an_item_of_the_wrong_type_releases_the_others() {
    attached(|py| {
        let text = fresh_str(py, "a value");
        let dict = mixed(py, &text);
        type Strings<'py> = HashMap<String, Owned<'py, PyString>>;
        assert_eq!(
            error::<Strings<'_>>(&dict),
            "TypeError: value of 'two': expected str, got int"
        );
        assert_eq!(delta_after_drop(&text, || dict.extract::<Strings<'_>>()), 0);
        assert_eq!(delta_after_drop(&dict, || dict.extract::<Strings<'_>>()), 0);
        assert_eq!(
            error::<HashMap<i64, Owned<'_, PyAny>>>(&dict),
            "TypeError: key 'one': expected int, got str"
        );
        assert_eq!(
            delta_after_drop(&text, || dict.extract::<BTreeMap<i64, String>>()),
            0
        );
        let all = || {
            dict.extract::<BTreeMap<String, Owned<'_, PyAny>>>()
                .unwrap()
        };
        assert_eq!(delta_while_held(&text, all), 2);
        assert_eq!(delta_after_drop(&text, all), 0);
    });
}

/// A key that is ordered by its number and becomes its pointer.
struct Key<'py>(u8, Owned<'py, PyString>);

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Key<'_> {}

impl Hash for Key<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<'py> IntoPyObject<'py> for Key<'py> {
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        self.1.into_py_object(py)
    }
}

#[test]
fn keys_are_counted_as_values_are() {
    attached(|py| {
        let key = fresh_str(py, "a key");
        let value = fresh_str(py, "a value");
        let map: HashMap<Key<'_>, &Owned<'_, PyString>> = [(Key(1, key.new_ref()), &value)].into();
        let dict = map.into_py_object(py).unwrap();
        assert_eq!((key.refcount(), value.refcount()), (2, 2));
        drop(dict);
        assert_eq!((key.refcount(), value.refcount()), (1, 1));
        // Equal in Python: the second finds the first, and both references go.
        let map: HashMap<Key<'_>, u8> =
            [(Key(1, key.new_ref()), 1), (Key(2, key.new_ref()), 1)].into();
        let dict = map.into_py_object(py).unwrap();
        assert_eq!((dict.len().unwrap(), key.refcount()), (1, 2));
        drop(dict);
        // A value that fails after its key was made.
        let map: HashMap<Key<'_>, MayFail> = [(Key(1, key.new_ref()), MayFail(0))].into();
        assert_eq!(
            message(map.into_py_object(py).unwrap_err()),
            "ValueError: failing"
        );
        assert_eq!(key.refcount(), 1);
    });
}

/// A key or value that may fail to become an object.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct MayFail(u8);

impl<'py> IntoPyObject<'py> for MayFail {
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        match self.0 {
            0 => Err(py.raise::<PyValueError>("failing")),
            other => other.into_py_object(py),
        }
    }
}

#[test]
fn a_dict_is_released_when_an_item_cannot_be_made() {
    attached(|py| {
        let text = fresh_str(py, "held by the dict");
        let value = || {
            let map: BTreeMap<u8, (Owned<'_, PyString>, MayFail)> = [
                (1, (text.new_ref(), MayFail(1))),
                (2, (text.new_ref(), MayFail(0))),
                (3, (text.new_ref(), MayFail(1))),
            ]
            .into();
            map.into_py_object(py)
        };
        assert_eq!(message(value().unwrap_err()), "ValueError: failing");
        assert_eq!(delta_after_drop(&text, || value().is_err()), 0);
        let key = || {
            let map: BTreeMap<MayFail, Owned<'_, PyString>> =
                [(MayFail(0), text.new_ref()), (MayFail(1), text.new_ref())].into();
            map.into_py_object(py)
        };
        assert_eq!(message(key().unwrap_err()), "ValueError: failing");
        assert_eq!(delta_after_drop(&text, || key().is_err()), 0);
        let unhashable = || {
            let map: BTreeMap<Vec<i64>, Owned<'_, PyString>> = [(vec![1], text.new_ref())].into();
            map.into_py_object(py)
        };
        let text_of_error = message(unhashable().unwrap_err());
        assert!(
            text_of_error.starts_with("TypeError: ")
                && text_of_error.contains("unhashable type: 'list'"),
            "{text_of_error}"
        );
        assert_eq!(delta_after_drop(&text, || unhashable().is_err()), 0);
    });
}

#[test]
fn a_dict_that_changes_its_size_while_it_is_converted_is_an_error() {
    attached(|py| {
        for change in ["clear()", "update({9: 9})"] {
            let dict = run(
                py,
                &format!(
                    "class Changes:\n    def __index__(self):\n        result.{change}\n        return 2\n\
                     result = {{1: 1, 2: Changes(), 3: 3}}"
                ),
            );
            assert_eq!(
                error::<HashMap<i64, i64>>(&dict),
                "RuntimeError: dictionary changed size during iteration"
            );
        }
    });
}

#[test]
fn a_dict_may_replace_the_value_that_is_being_converted() {
    attached(|py| {
        let dict = run(
            py,
            "class Replaces:\n    def __index__(self):\n        result[1] = None\n        return self.value\n\
             item = Replaces()\nitem.value = 12\nresult = {1: item}\ndel item",
        );
        let map: HashMap<i64, i64> = dict.extract().unwrap();
        assert_eq!(map[&1], 12);
    });
}

/// As `dict(object)` reads them: what has an `__iter__` of its own by `keys` and `__getitem__`, others by what the dict holds.
#[test]
fn subclasses_with_their_own_iteration() {
    attached(|py| {
        let map = |code: &str| {
            let object = run(py, code);
            let map: BTreeMap<String, i64> = object.extract().unwrap();
            let hashed: HashMap<String, i64> = object.extract().unwrap();
            assert_eq!(hashed, map.clone().into_iter().collect());
            // The same as Python makes of it.
            let copy = PyDict::new(py).unwrap();
            copy.update(&object).unwrap();
            assert_eq!(copy.extract::<BTreeMap<String, i64>>().unwrap(), map);
            let items: Vec<_> = map.into_iter().collect();
            format!("{items:?}")
        };
        let own = "
class D(dict):
    def __iter__(self): return iter(self.keys())
    def keys(self): return ['x', 'y']
    def __getitem__(self, key): return ord(key)
result = D(a=1)";
        assert_eq!(map(own), "[(\"x\", 120), (\"y\", 121)]");
        let no_iter = "
class D(dict):
    def keys(self): return ['x', 'y']
    def __getitem__(self, key): return ord(key)
result = D(a=1)";
        assert_eq!(map(no_iter), "[(\"a\", 1)]");
        let ordered = "
import collections
result = collections.OrderedDict(a=1, b=2); result.move_to_end('a')";
        assert_eq!(map(ordered), "[(\"a\", 1), (\"b\", 2)]");
        let others = "import collections\nresult = collections.defaultdict(int, a=1)";
        assert_eq!(map(others), "[(\"a\", 1)]");
        assert_eq!(
            map("import collections\nresult = collections.Counter('a')"),
            "[(\"a\", 1)]"
        );
    });
}

#[test]
fn hostile_subclasses() {
    attached(|py| {
        let error = |body: &str| {
            let code = format!(
                "class D(dict):\n    def __iter__(self): return iter(())\n{body}\nresult = D(a=1)"
            );
            error::<HashMap<String, i64>>(&run(py, &code))
        };
        assert_eq!(
            error("    def keys(self): raise KeyError('k')"),
            "KeyError: 'k'"
        );
        assert!(error("    def keys(self): return 5").starts_with("TypeError: "));
        assert_eq!(error("    def keys(self): return ['b']"), "KeyError: 'b'");
        assert_eq!(
            error("    def __getitem__(self, key): return 'x'"),
            "TypeError: value of 'a': expected int, got str"
        );
        let value = fresh_str(py, "a value");
        let class = run(
            py,
            "class D(dict):\n    def __iter__(self): return super().__iter__()\nresult = D",
        );
        let object = class.call0().unwrap();
        object.set_item(&fresh_str(py, "a key"), &value).unwrap();
        let convert = || object.extract::<HashMap<String, String>>().unwrap();
        assert_eq!(convert()["a key"], "a value");
        assert_eq!(delta_after_drop(&value, convert), 0);
        let fails = || drop(object.extract::<HashMap<String, i64>>().unwrap_err());
        assert_eq!(delta_after_drop(&value, fails), 0);
    });
}

/// The methods of dicts read what a dict holds; those of any object ask it.
#[test]
fn the_order_of_an_ordered_dict() {
    attached(|py| {
        let object = run(
            py,
            "import collections\nresult = collections.OrderedDict(a=1, b=2); result.move_to_end('a')",
        );
        let dict = object.cast::<PyDict>().unwrap();
        let mut held = Vec::new();
        let each: Result<(), pyptr::Raised<'_>> = dict.try_for_each(|key, _| {
            held.push(key.extract::<String>()?);
            Ok(())
        });
        each.unwrap();
        assert_eq!(held, ["a", "b"]);
        let items: Vec<(String, i64)> = dict.as_any().items().unwrap().extract().unwrap();
        assert_eq!(items, [("b".to_owned(), 2), ("a".to_owned(), 1)]);
        let keys: Vec<String> = dict.as_any().extract().unwrap();
        assert_eq!(keys, ["b", "a"]);
        let keys: Vec<String> = dict.as_any().keys().unwrap().extract().unwrap();
        assert_eq!(keys, ["b", "a"]);
    });
}
