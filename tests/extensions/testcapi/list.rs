//! `PyList_*`.

use pyptr::types::{ListBuilder, PyAny, PyList, PyTuple};
use pyptr::{Owned, PyResult, Python};

use crate::{Any, arg, bound, not_expressible, zero};

/// A list of NULL slots is under construction: a [`ListBuilder`], which finishes with the items pushed.
pub fn new<'py>(py: Python<'py>, len: isize) -> PyResult<'py, Owned<'py, PyAny>> {
    let list = ListBuilder::with_capacity(py, crate::size(py, len)?)?;
    match len {
        0 => Ok(list.finish().into_any()),
        _ => Ok(not_expressible(py)),
    }
}

pub fn size<'py>(list: &Any<'py>) -> PyResult<'py, usize> {
    Ok(arg::<PyList>(list)?.len())
}

/// A negative index wraps around, to one beyond any end.
pub fn getitem<'py>(list: &Any<'py>, index: isize) -> PyResult<'py, Owned<'py, PyAny>> {
    arg::<PyList>(list)?.get(index as usize)
}

pub fn get_item_ref<'py>(list: &Any<'py>, index: isize) -> PyResult<'py, Owned<'py, PyAny>> {
    list.cast::<PyList>()?.get(index as usize)
}

pub fn setitem<'py>(list: &Any<'py>, index: isize, item: Owned<'py, PyAny>) -> PyResult<'py, i32> {
    zero(arg::<PyList>(list)?.set(index as usize, item))
}

/// C counts a negative index from the end, as Python does.
pub fn insert<'py>(list: &Any<'py>, index: isize, item: &Any<'py>) -> PyResult<'py, i32> {
    let list = arg::<PyList>(list)?;
    let index = match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => list.len().saturating_sub(index.unsigned_abs()),
    };
    zero(list.insert(index, item))
}

pub fn append<'py>(list: &Any<'py>, item: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyList>(list)?.append(item))
}

pub fn getslice<'py>(
    list: &Any<'py>,
    low: isize,
    high: isize,
) -> PyResult<'py, Owned<'py, PyList>> {
    arg::<PyList>(list)?.get_slice(bound(low), bound(high))
}

/// NULL deletes the slice.
pub fn setslice<'py>(
    list: &Any<'py>,
    low: isize,
    high: isize,
    items: Option<&Any<'py>>,
) -> PyResult<'py, i32> {
    let (list, low, high) = (arg::<PyList>(list)?, bound(low), bound(high));
    zero(match items {
        Some(items) => list.set_slice(low, high, items),
        None => list.del_slice(low, high),
    })
}

pub fn sort<'py>(list: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyList>(list)?.sort())
}

pub fn reverse<'py>(list: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyList>(list)?.reverse())
}

pub fn astuple<'py>(list: &Any<'py>) -> PyResult<'py, Owned<'py, PyTuple>> {
    arg::<PyList>(list)?.to_tuple()
}

pub fn clear<'py>(list: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyList>(list)?.clear())
}

pub fn extend<'py>(list: &Any<'py>, items: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyList>(list)?.extend(items))
}
