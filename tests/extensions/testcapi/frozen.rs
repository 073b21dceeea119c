//! `PyFrozenDict_*` and `PyAnyDict_*`.

use pyptr::types::{PyAny, PyDict, PyFrozenDict};
use pyptr::{Owned, PyResult, Python};

use crate::{Any, is, is_exact};

pub fn is_any(object: &Any<'_>) -> bool {
    is::<PyDict>(object) || is::<PyFrozenDict>(object)
}

pub fn is_exactly_any(object: &Any<'_>) -> bool {
    is_exact::<PyDict>(object) || is_exact::<PyFrozenDict>(object)
}

/// C's NULL, which the tests pass as None or leave out, is for no items.
pub fn new<'py>(
    py: Python<'py>,
    items: Option<Owned<'py, PyAny>>,
) -> PyResult<'py, Owned<'py, PyFrozenDict>> {
    match items {
        Some(items) => PyFrozenDict::new(py, &items),
        None => PyFrozenDict::empty(py),
    }
}
