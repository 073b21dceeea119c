//! `PySet_*` and `PyFrozenSet_*`.

use pyptr::types::{PyAny, PyAnySet, PyFrozenSet, PySet};
use pyptr::{Owned, PyResult, Python};

use crate::{Any, arg, zero};

pub fn new<'py>(py: Python<'py>, items: Option<&Any<'py>>) -> PyResult<'py, Owned<'py, PySet>> {
    match items {
        Some(items) => PySet::from_iterable(py, items),
        None => PySet::new(py),
    }
}

pub fn new_frozen<'py>(
    py: Python<'py>,
    items: Option<&Any<'py>>,
) -> PyResult<'py, Owned<'py, PyFrozenSet>> {
    match items {
        Some(items) => PyFrozenSet::from_iterable(py, items),
        None => PyFrozenSet::new(py),
    }
}

pub fn size<'py>(set: &Any<'py>) -> PyResult<'py, usize> {
    Ok(arg::<PyAnySet>(set)?.len())
}

pub fn contains<'py>(set: &Any<'py>, item: &Any<'py>) -> PyResult<'py, bool> {
    arg::<PyAnySet>(set)?.contains(item)
}

pub fn add<'py>(set: &Any<'py>, item: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PySet>(set)?.add(item))
}

pub fn discard<'py>(set: &Any<'py>, item: &Any<'py>) -> PyResult<'py, bool> {
    arg::<PySet>(set)?.discard(item)
}

pub fn pop<'py>(set: &Any<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    arg::<PySet>(set)?.pop()
}

pub fn clear<'py>(set: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PySet>(set)?.clear())
}
