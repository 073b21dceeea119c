//! `PyTuple_*`.

use pyptr::error::PyIndexError;
use pyptr::types::{PyAny, PyTuple, TupleBuilder};
use pyptr::{Borrowed, Owned, PyResult, Python};

use crate::{Any, arg, bad_argument, bound, not_expressible};

/// A tuple of NULL slots is under construction: a [`TupleBuilder`], which finishes when all are filled.
pub fn new<'py>(py: Python<'py>, len: isize) -> PyResult<'py, Owned<'py, PyAny>> {
    let tuple = TupleBuilder::with_len(py, crate::size(py, len)?)?;
    match len {
        0 => tuple.finish().map(Owned::into_any),
        _ => Ok(not_expressible(py)),
    }
}

/// The tests give as many objects as they say, or a number for which there is no memory.
pub fn pack<'py>(
    py: Python<'py>,
    len: isize,
    first: Option<Owned<'py, PyAny>>,
    second: Option<Owned<'py, PyAny>>,
) -> PyResult<'py, Owned<'py, PyTuple>> {
    let items = [&first, &second].map(Option::as_deref);
    let items: Vec<_> = items.into_iter().flatten().collect();
    match crate::size(py, len)? {
        len if len == items.len() => PyTuple::from_borrowed(py, &items),
        len => TupleBuilder::with_len(py, len)?.finish(),
    }
}

/// The tests give the array as a tuple.
#[cfg(Py_3_15)]
pub fn fromarray<'py>(tuple: &Any<'py>, len: Option<usize>) -> PyResult<'py, Owned<'py, PyTuple>> {
    let items: Vec<_> = arg::<PyTuple>(tuple)?.iter().collect();
    let items = &items[..len.unwrap_or(items.len())];
    PyTuple::from_borrowed(tuple.py(), items)
}

pub fn size<'py>(tuple: &Any<'py>) -> PyResult<'py, usize> {
    Ok(arg::<PyTuple>(tuple)?.len())
}

/// Absent without an error; a negative index wraps around, to one beyond any end.
pub fn getitem<'py>(tuple: &Any<'py>, index: isize) -> PyResult<'py, Owned<'py, PyAny>> {
    let item = arg::<PyTuple>(tuple)?.get(index as usize);
    item.map(Borrowed::to_owned)
        .ok_or_else(|| tuple.py().raise::<PyIndexError>("tuple index out of range"))
}

pub fn getslice<'py>(
    tuple: &Any<'py>,
    low: isize,
    high: isize,
) -> PyResult<'py, Owned<'py, PyTuple>> {
    arg::<PyTuple>(tuple)?.get_slice(bound(low), bound(high))
}

/// A copy with another item: the tests' own functions set it in a copy, too. In place only builders do it.
fn with_item<'py>(
    tuple: &Borrowed<'py, PyTuple>,
    index: isize,
    item: Owned<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let (py, index) = (tuple.py(), index as usize);
    if index >= tuple.len() {
        return Err(py.raise::<PyIndexError>("tuple assignment index out of range"));
    }
    let mut copy = TupleBuilder::with_len(py, tuple.len())?;
    let mut item = Some(item);
    for (position, old) in tuple.iter().enumerate() {
        let new = item.take_if(|_| position == index);
        copy.push(new.unwrap_or_else(|| old.to_owned()));
    }
    copy.finish().map(Owned::into_any)
}

pub fn setitem<'py>(
    tuple: &Any<'py>,
    index: isize,
    item: Owned<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    match tuple.cast_exact::<PyTuple>() {
        Ok(tuple) => with_item(tuple, index, item),
        Err(_) => Err(bad_argument(tuple.py())),
    }
}

/// Of a subclass the tests expect the very object, changed in place.
pub fn set_item<'py>(
    tuple: &Any<'py>,
    index: isize,
    item: Owned<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    match tuple.cast_exact::<PyTuple>() {
        Ok(tuple) => with_item(tuple, index, item),
        Err(_) => Ok(not_expressible(tuple.py())),
    }
}

/// A slot that is NULL has no item, as if it were not there.
pub fn is_null<'py>(tuple: &Any<'py>, index: usize) -> PyResult<'py, bool> {
    let tuple = arg::<PyTuple>(tuple)?;
    Ok(index < tuple.len() && tuple.get(index).is_none())
}
