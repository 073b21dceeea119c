//! `HashSet` and `BTreeSet`.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::hash::{BuildHasher, Hash};

use super::maps::make_sure_of_memory;
use super::refusal::{Member, at_item};
use super::{ConversionError, FromPyObject, IntoPyObject, depth};
use crate::error::{PyResult, Raised};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyAnySet, PySet};

/// Calls `begin` with the number of a set's items, then `each` with every item, up to the first error.
///
/// By the object's own iterator, which a subclass may have, and which reports a set that changes.
#[inline]
fn for_each_item<'py, T, C>(
    object: &Borrowed<'py, PyAny>,
    begin: impl FnOnce(usize) -> PyResult<'py, C>,
    mut each: impl FnMut(&mut C, T) -> PyResult<'py, ()>,
) -> Result<C, ConversionError<'py>>
where
    T: for<'item> FromPyObject<'item, 'py>,
{
    let set = <&Borrowed<'py, PyAnySet>>::from_py_object(object)?;
    let _level = depth::enter(object.py())?;
    let mut collected = begin(set.len())?;
    for item in object.iter()? {
        let item = item?;
        let value = T::from_py_object(&item)
            .map_err(|error| at_item(error, &item, T::expected, &Member(&item)))?;
        each(&mut collected, value)?;
    }
    Ok(collected)
}

/// From a `set` or a `frozenset`; a subclass is read by its own `__iter__`. Items that become equal in Rust are one.
/// `RuntimeError` if the set's size changes meanwhile, as in a Python loop. O(n).
impl<'py, T, S> FromPyObject<'_, 'py> for HashSet<T, S>
where
    T: for<'item> FromPyObject<'item, 'py> + Eq + Hash,
    S: BuildHasher + Default,
{
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        <&Borrowed<'py, PyAnySet>>::expected(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let py = object.py();
        let no_memory = |_| Raised::no_memory(py);
        for_each_item(
            object,
            |len| {
                let mut set = HashSet::with_hasher(S::default());
                set.try_reserve(len).map_err(no_memory)?;
                Ok(set)
            },
            |set: &mut HashSet<T, S>, item| {
                set.try_reserve(1).map_err(no_memory)?;
                set.insert(item);
                Ok(())
            },
        )
    }
}

/// From a `set` or a `frozenset`, as for `HashSet`. O(n log n).
impl<'py, T> FromPyObject<'_, 'py> for BTreeSet<T>
where
    T: for<'item> FromPyObject<'item, 'py> + Ord,
{
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        <&Borrowed<'py, PyAnySet>>::expected(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let py = object.py();
        for_each_item(
            object,
            |_| Ok(BTreeSet::new()),
            |set: &mut BTreeSet<T>, item| {
                make_sure_of_memory::<T>(py, set.len())?;
                set.insert(item);
                Ok(())
            },
        )
    }
}

/// A `set` of the items' objects.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn set_of<'py, T: IntoPyObject<'py>>(
    py: Python<'py>,
    items: impl Iterator<Item = T>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let set = PySet::new(py)?;
    for item in items {
        set.add(&*item.into_py_object(py)?)?;
    }
    Ok(set.into_any())
}

/// To a `set`. Items that become equal in Python are one. `TypeError` if an item is unhashable. O(n).
impl<'py, T: IntoPyObject<'py>, S> IntoPyObject<'py> for HashSet<T, S> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        set_of(py, self.into_iter())
    }
}

/// To a `set`, as for `HashSet`. O(n).
impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for BTreeSet<T> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        set_of(py, self.into_iter())
    }
}
