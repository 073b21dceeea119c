//! `HashMap` and `BTreeMap`.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};

use super::refusal::{Key, at_item};
use super::{ConversionError, FromPyObject, IntoPyObject, depth};
use crate::error::{PyResult, Raised, reserve};
use crate::ffi;
use crate::ledger;
use crate::refs::{Borrowed, Owned, Python, TypeObject};
use crate::types::{PyAny, PyDict};

/// Calls `begin` with the number of a dict's items, then `each` with every key and value, up to the first
/// error.
///
/// Code that runs meanwhile may change the dict; [`DictIter`](crate::types::DictIter) says when that is an
/// error.
#[inline]
fn for_each_item<'py, K, V, M>(
    object: &Borrowed<'py, PyAny>,
    begin: impl FnOnce(usize) -> PyResult<'py, M>,
    mut each: impl FnMut(&mut M, K, V) -> PyResult<'py, ()>,
) -> Result<M, ConversionError<'py>>
where
    K: for<'item> FromPyObject<'item, 'py>,
    V: for<'item> FromPyObject<'item, 'py>,
{
    let dict = <&Borrowed<'py, PyDict>>::from_py_object(object)?;
    let _level = depth::enter(object.py())?;
    // A subclass that iterates in its own way is read as `dict(object)` would.
    let copy = has_own_iteration(dict).then(|| copy_of(dict)).transpose()?;
    let dict = copy.as_deref().unwrap_or(dict);
    let mut map = begin(dict.len())?;
    for item in dict {
        let (key, value) = item?;
        let (key, value) = pair_of(&key, &value)?;
        each(&mut map, key, value)?;
    }
    Ok(map)
}

/// Whether an instance of a subclass has another `__iter__` than dicts have, such as an `OrderedDict`. Then `dict(object)` asks
/// it for its keys, and for each key's value; otherwise that, too, reads what the dict holds.
#[inline]
fn has_own_iteration(dict: &Borrowed<'_, PyDict>) -> bool {
    // SAFETY: a live object, whose type it keeps alive.
    let kind = unsafe { ffi::Py_TYPE(dict.as_ptr()) };
    let dicts = PyDict::type_ptr(dict.py());
    if kind == dicts {
        return false;
    }
    // SAFETY: a live type.
    let own = unsafe { (*kind).tp_iter };
    // SAFETY: the type of dicts.
    let of_dicts = unsafe { (*dicts).tp_iter };
    own.map(|function| function as usize) != of_dicts.map(|function| function as usize)
}

/// `dict(object)`. A new reference.
#[cold]
#[cfg_attr(feature = "ledger", track_caller)]
fn copy_of<'py>(object: &Borrowed<'py, PyDict>) -> PyResult<'py, Owned<'py, PyDict>> {
    let copy = PyDict::new(object.py())?;
    copy.update(object)?;
    Ok(copy)
}

/// An item, converted; an error names the key.
#[inline]
fn pair_of<'a, 'py, K: FromPyObject<'a, 'py>, V: FromPyObject<'a, 'py>>(
    key: &'a Borrowed<'py, PyAny>,
    value: &'a Borrowed<'py, PyAny>,
) -> Result<(K, V), ConversionError<'py>> {
    ledger::called_here();
    let at_key = |error| at_item(error, key, K::expected, &Key("key ", key));
    let at_value = |error| {
        at_item(
            error,
            value,
            V::expected,
            &format_args!("value of {}", Key("", key)),
        )
    };
    Ok((
        K::from_py_object(key).map_err(at_key)?,
        V::from_py_object(value).map_err(at_value)?,
    ))
}

/// From a `dict`; a subclass with its own `__iter__` is read by its `keys` and `__getitem__`, as by `dict(object)`. If several keys become equal in Rust, the last value is kept. `RuntimeError` if the dict's
/// size changes while its items are converted, as in a Python loop. O(n).
impl<'py, K, V, S> FromPyObject<'_, 'py> for HashMap<K, V, S>
where
    K: for<'item> FromPyObject<'item, 'py> + Eq + Hash,
    V: for<'item> FromPyObject<'item, 'py>,
    S: BuildHasher + Default,
{
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("dict")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let py = object.py();
        let no_memory = |_| Raised::no_memory(py);
        for_each_item(
            object,
            |len| {
                let mut map = HashMap::with_hasher(S::default());
                map.try_reserve(len).map_err(no_memory)?;
                Ok(map)
            },
            |map, key, value| {
                map.try_reserve(1).map_err(no_memory)?;
                map.insert(key, value);
                Ok(())
            },
        )
    }
}

/// From a `dict`, as for `HashMap`. O(n log n).
impl<'py, K, V> FromPyObject<'_, 'py> for BTreeMap<K, V>
where
    K: for<'item> FromPyObject<'item, 'py> + Ord,
    V: for<'item> FromPyObject<'item, 'py>,
{
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("dict")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let py = object.py();
        for_each_item(
            object,
            |_| Ok(BTreeMap::new()),
            |map: &mut BTreeMap<K, V>, key, value| {
                make_sure_of_memory::<(K, V)>(py, map.len())?;
                map.insert(key, value);
                Ok(())
            },
        )
    }
}

/// `MemoryError` where a `BTreeMap` or `BTreeSet` of so many large items would end the process: it can grow in no other way. Small
/// items are not tested: the allocation of a node fails only in a process without any memory.
#[inline]
pub(super) fn make_sure_of_memory<Item>(py: Python<'_>, len: usize) -> PyResult<'_, ()> {
    const SMALL: usize = 256;
    /// More than the items and pointers of a node.
    const NODE: usize = 16;
    if size_of::<Item>() <= SMALL {
        return Ok(());
    }
    // A node with five items at least, at each height, may be split in two, and there may be a new root.
    let nodes = len.checked_ilog(5).unwrap_or(0) as usize + 2;
    reserve(py, &mut Vec::<Item>::new(), nodes * NODE)
}

/// A `dict` of the items' objects, in the iterator's order.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn dict_of<'py, K: IntoPyObject<'py>, V: IntoPyObject<'py>>(
    py: Python<'py>,
    items: impl Iterator<Item = (K, V)>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let dict = PyDict::new(py)?;
    for (key, value) in items {
        let key = key.into_py_object(py)?;
        dict.insert_owned(key, value.into_py_object(py)?)?;
    }
    Ok(dict.into_any())
}

/// To a `dict`, in no particular order. If several keys become equal in Python, the last value is kept.
/// `TypeError` if a key is unhashable. O(n).
impl<'py, K: IntoPyObject<'py>, V: IntoPyObject<'py>, S> IntoPyObject<'py> for HashMap<K, V, S> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        dict_of(py, self.into_iter())
    }
}

/// To a `dict`, in the order of the keys; otherwise as for `HashMap`. O(n).
impl<'py, K: IntoPyObject<'py>, V: IntoPyObject<'py>> IntoPyObject<'py> for BTreeMap<K, V> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        dict_of(py, self.into_iter())
    }
}
