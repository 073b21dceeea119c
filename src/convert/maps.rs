//! `HashMap` and `BTreeMap`.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};

use super::{ConversionError, FromPyObject, IntoPyObject};
use crate::error::PyResult;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyDict};

/// Calls `begin` with the number of a dict's items, then `each` with every key and value, up to the first
/// error.
///
/// Code that runs meanwhile may change the dict; [`DictIter`](crate::types::DictIter) says when that is an
/// error.
#[inline]
fn for_each_item<'py, K, V, M>(
    object: &Borrowed<'py, PyAny>,
    begin: impl FnOnce(usize) -> M,
    mut each: impl FnMut(&mut M, K, V),
) -> Result<M, ConversionError<'py>>
where
    K: for<'item> FromPyObject<'item, 'py>,
    V: for<'item> FromPyObject<'item, 'py>,
{
    let dict = <&Borrowed<'py, PyDict>>::from_py_object(object)?;
    let mut map = begin(dict.len());
    for item in dict {
        let (key, value) = item?;
        each(&mut map, key.extract()?, value.extract()?);
    }
    Ok(map)
}

/// From a `dict`. If several keys become equal in Rust, the last value is kept. `RuntimeError` if the dict's
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
        for_each_item(
            object,
            |len| HashMap::with_capacity_and_hasher(len, S::default()),
            |map, key, value| drop(map.insert(key, value)),
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
        for_each_item(
            object,
            |_| BTreeMap::new(),
            |map, key, value| drop(map.insert(key, value)),
        )
    }
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
