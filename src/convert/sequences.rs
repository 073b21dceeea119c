//! `Vec` and arrays.

use std::fmt;

use super::refusal::at_item;
use super::{ConversionError, FromPyObject, IntoPyObject, Refusal, depth};
use crate::error::{PyResult, PySystemError, PyValueError, Raised, push, with_room};
use crate::ffi;
use crate::ledger;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{ListBuilder, PyAny, PyIterator, PyList, PyString, PyTuple};

/// Calls `begin` with the number of items of an iterable if it is known, then `each` with every item, up to
/// the first error. A `str` is of the wrong type.
///
/// `each` may run Python code that changes the object, such as an `__index__`, so a reference to each item is
/// held, except to the items of a tuple. If a list grows or shrinks, the loop ends at its new end, as in
/// Python.
#[inline]
fn for_each_item<'py, C>(
    object: &Borrowed<'py, PyAny>,
    begin: impl FnOnce(usize) -> PyResult<'py, C>,
    mut each: impl FnMut(&mut C, &Borrowed<'py, PyAny>) -> Result<(), ConversionError<'py>>,
) -> Result<C, ConversionError<'py>> {
    let _level = depth::enter(object.py())?;
    // A subclass may have its own `__iter__`.
    if let Ok(list) = object.cast_exact::<PyList>() {
        let mut collected = begin(list.len())?;
        for item in list {
            each(&mut collected, &item)?;
        }
        return Ok(collected);
    }
    if let Ok(tuple) = object.cast_exact::<PyTuple>() {
        let mut collected = begin(tuple.len())?;
        for index in 0..tuple.len() {
            each(&mut collected, tuple_item(tuple, index)?)?;
        }
        return Ok(collected);
    }
    let iterator = iterator(object)?;
    // `__len__` and `__length_hint__` may return anything, so nothing is allocated by them.
    let mut collected = begin(0)?;
    for item in iterator {
        each(&mut collected, &*item?)?;
    }
    Ok(collected)
}

/// The item at `index`, which is below the tuple's length.
#[inline]
pub(super) fn tuple_item<'a, 'py>(
    tuple: &'a Borrowed<'py, PyTuple>,
    index: usize,
) -> PyResult<'py, &'a Borrowed<'py, PyAny>> {
    tuple.get(index).ok_or_else(|| incomplete(tuple.py()))
}

/// The error for an item that is still NULL.
#[cold]
#[inline]
fn incomplete(py: Python<'_>) -> Raised<'_> {
    py.raise::<PySystemError>("the tuple is still under construction")
}

/// An item, converted; an error names its index.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn item_of<'a, 'py, T: FromPyObject<'a, 'py>>(
    item: &'a Borrowed<'py, PyAny>,
    index: usize,
) -> Result<T, ConversionError<'py>> {
    ledger::called_here();
    T::from_py_object(item)
        .map_err(|error| at_item(error, item, T::expected, &format_args!("item {index}")))
}

/// An iterator over anything iterable but a `str`. A new reference.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn iterator<'py>(
    object: &Borrowed<'py, PyAny>,
) -> Result<Owned<'py, PyIterator>, ConversionError<'py>> {
    if object.cast::<PyString>().is_ok() || !is_iterable(object) {
        return Err(ConversionError::WrongType);
    }
    Ok(object.iter()?)
}

/// Whether the object's type supports iteration, as `PyObject_GetIter` tests it.
#[inline]
fn is_iterable(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a live object, whose type it keeps alive.
    let kind = unsafe { ffi::Py_TYPE(object.as_ptr()) };
    // SAFETY: a live type.
    let has_iter = unsafe { (*kind).tp_iter }.is_some();
    // SAFETY: a live object; the check reads its type.
    has_iter || unsafe { ffi::PySequence_Check(object.as_ptr()) } != 0
}

#[inline]
fn expected_iterable(f: &mut dyn fmt::Write) -> fmt::Result {
    f.write_str("iterable other than str")
}

/// From a `list`, a `tuple` or any other iterable, except a `str`: its characters as items are nearly always
/// a mistake. An item is held only while it is converted, so `T` must not borrow. O(n).
///
/// This holds for `Vec<u8>`, too: it reads `bytes`, `bytearray` and lists of ints item by item. `&[u8]` reads
/// the content of `bytes` without a copy.
impl<'py, T> FromPyObject<'_, 'py> for Vec<T>
where
    T: for<'item> FromPyObject<'item, 'py>,
{
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        expected_iterable(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let py = object.py();
        for_each_item(
            object,
            |len| with_room(py, len),
            |vec, item| Ok(push(py, vec, item_of(item, vec.len())?)?),
        )
    }
}

/// As for `Vec`.
impl<'py, T> FromPyObject<'_, 'py> for Box<[T]>
where
    T: for<'item> FromPyObject<'item, 'py>,
{
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        expected_iterable(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        Vec::from_py_object(object).map(Vec::into_boxed_slice)
    }
}

/// As for `Vec`, from exactly `N` items. `ValueError` for another number, as for unpacking. O(n).
impl<'py, T, const N: usize> FromPyObject<'_, 'py> for [T; N]
where
    T: for<'item> FromPyObject<'item, 'py>,
{
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        expected_iterable(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let py = object.py();
        let vec = for_each_item(
            object,
            |_| with_room(py, N),
            |vec: &mut Vec<T>, item| {
                // Here, not after the loop: the iterator may be endless.
                if vec.len() == N {
                    return Err(too_many(py, N).into());
                }
                Ok(push(py, vec, item_of(item, vec.len())?)?)
            },
        )?;
        vec.try_into()
            .map_err(|vec: Vec<T>| not_enough(py, N, vec.len()).into())
    }
}

/// The `ValueError` for too few items, as CPython words it for unpacking.
#[cold]
#[inline]
pub(super) fn not_enough(py: Python<'_>, expected: usize, got: usize) -> Refusal<'_> {
    Refusal::new::<PyValueError>(
        py,
        format_args!("not enough values to unpack (expected {expected}, got {got})"),
    )
}

/// The `ValueError` for too many items, as CPython words it for unpacking.
#[cold]
#[inline]
pub(super) fn too_many(py: Python<'_>, expected: usize) -> Refusal<'_> {
    Refusal::new::<PyValueError>(
        py,
        format_args!("too many values to unpack (expected {expected})"),
    )
}

/// A `list` of the items' objects.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn list_of<'py, T: IntoPyObject<'py>>(
    py: Python<'py>,
    items: impl ExactSizeIterator<Item = T>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let mut list = ListBuilder::with_capacity(py, items.len())?;
    for item in items {
        list.push(item.into_py_object(py)?)?;
    }
    Ok(list.finish().into_any())
}

/// To a `list`. (For `bytes`, pass a `&[u8]`.) O(n).
impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Vec<T> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        list_of(py, self.into_iter())
    }
}

/// To a `list`. O(n).
impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Box<[T]> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        self.into_vec().into_py_object(py)
    }
}

/// To a `list`. O(n).
impl<'py, T: IntoPyObject<'py>, const N: usize> IntoPyObject<'py> for [T; N] {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        list_of(py, self.into_iter())
    }
}
