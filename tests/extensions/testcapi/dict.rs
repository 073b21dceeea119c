//! `PyDict_*`.

use pyptr::error::PyKeyError;
#[cfg(Py_3_15)]
use pyptr::types::PyFrozenDict;
use pyptr::types::{PyAny, PyBytes, PyDict, PyList, PyMappingProxy, PyString, PyType};
use pyptr::{Owned, PyResult, Python};

use crate::{Any, arg, not_expressible, zero};

/// Calls a method of a dict, or the same of a `frozendict`, which C's functions that change nothing take, too.
macro_rules! of_any {
    ($dict:expr, $method:ident($($arg:expr),*)) => {{
        let object: &Any<'_> = $dict;
        #[cfg(Py_3_15)]
        let of_frozen = object.cast::<PyFrozenDict>();
        #[cfg(not(Py_3_15))]
        let of_frozen = Err::<&pyptr::Borrowed<'_, PyDict>, ()>(());
        match of_frozen {
            Ok(frozen) => frozen.$method($($arg),*),
            Err(_) => arg::<PyDict>(object)?.$method($($arg),*),
        }
    }};
}

type Found<'py> = PyResult<'py, Option<Owned<'py, PyAny>>>;

/// What C's functions take that change nothing.
fn is_readable(object: &Any<'_>) -> bool {
    #[cfg(Py_3_15)]
    return crate::frozen::is_any(object);
    #[cfg(not(Py_3_15))]
    return crate::is::<PyDict>(object);
}

/// Text for a key, which the tests give as `str` or as UTF-8.
fn text<'py>(key: &Any<'py>) -> PyResult<'py, String> {
    match key.cast::<PyString>() {
        Ok(key) => key.to_rust_string(),
        Err(_) => {
            let bytes = key.cast::<PyBytes>()?.as_bytes();
            PyString::from_utf8(key.py(), bytes, None)?.to_rust_string()
        }
    }
}

/// For no value the tests' functions return the class `KeyError`.
fn or_key_error<'py>(py: Python<'py>, found: Found<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    let missing = || PyType::of::<PyKeyError>(py).new_ref().into_any();
    Ok(found?.unwrap_or_else(missing))
}

/// As `PyDict_GetItem`, for which anything that is no dict has no items. What it does with errors depends on
/// the version: it drops them, or reports them where nobody can catch them.
fn without_errors<'py>(
    dict: &Any<'py>,
    get: impl FnOnce(&Any<'py>) -> Found<'py>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let found = match is_readable(dict) {
        true => get(dict),
        false => Ok(None),
    };
    match found {
        Err(raised) => {
            raised.clear();
            Ok(not_expressible(dict.py()))
        }
        found => or_key_error(dict.py(), found),
    }
}

pub fn new(py: Python<'_>) -> PyResult<'_, Owned<'_, PyDict>> {
    PyDict::new(py)
}

pub fn proxy<'py>(mapping: &Any<'py>) -> PyResult<'py, Owned<'py, PyMappingProxy>> {
    PyMappingProxy::new(mapping.py(), mapping)
}

pub fn copy<'py>(dict: &Any<'py>) -> PyResult<'py, Owned<'py, PyDict>> {
    arg::<PyDict>(dict)?.copy()
}

/// C does nothing to what is no dict.
pub fn clear(dict: &Any<'_>) {
    if let Ok(dict) = dict.cast::<PyDict>() {
        dict.clear();
    }
}

pub fn size<'py>(dict: &Any<'py>) -> PyResult<'py, usize> {
    Ok(of_any!(dict, len()))
}

pub fn getitem<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    without_errors(dict, |dict| of_any!(dict, get(key)))
}

pub fn getitemstring<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    without_errors(dict, |dict| of_any!(dict, get_str(&text(key)?)))
}

pub fn getitemref<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    or_key_error(dict.py(), of_any!(dict, get(key)))
}

pub fn getitemstringref<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    or_key_error(dict.py(), of_any!(dict, get_str(&text(key)?)))
}

pub fn contains<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, bool> {
    of_any!(dict, contains(key))
}

pub fn containsstring<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, bool> {
    of_any!(dict, contains_str(&text(key)?))
}

pub fn setitem<'py>(dict: &Any<'py>, key: &Any<'py>, value: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyDict>(dict)?.set(key, value))
}

pub fn setitemstring<'py>(dict: &Any<'py>, key: &Any<'py>, value: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyDict>(dict)?.set_str(&text(key)?, value))
}

pub fn delitem<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyDict>(dict)?.del(key))
}

pub fn delitemstring<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyDict>(dict)?.del_str(&text(key)?))
}

pub fn setdefault<'py>(
    dict: &Any<'py>,
    key: &Any<'py>,
    default: &Any<'py>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    arg::<PyDict>(dict)?.setdefault(key, default)
}

pub fn keys<'py>(dict: &Any<'py>) -> PyResult<'py, Owned<'py, PyList>> {
    of_any!(dict, keys())
}

pub fn values<'py>(dict: &Any<'py>) -> PyResult<'py, Owned<'py, PyList>> {
    of_any!(dict, values())
}

pub fn items<'py>(dict: &Any<'py>) -> PyResult<'py, Owned<'py, PyList>> {
    of_any!(dict, items())
}

/// C's 1, the next position, key and value.
type Entry<'py> = (i32, usize, Owned<'py, PyAny>, Owned<'py, PyAny>);

type Item<'py> = (Owned<'py, PyAny>, Owned<'py, PyAny>);

/// Of what is no dict, C has no items.
fn nth<'py>(dict: &Any<'py>, position: usize) -> PyResult<'py, Option<Item<'py>>> {
    if let Ok(dict) = dict.cast::<PyDict>() {
        return dict.iter().nth(position).transpose();
    }
    #[cfg(Py_3_15)]
    if let Ok(frozen) = dict.cast::<PyFrozenDict>() {
        let item = frozen.items()?.iter().nth(position);
        return item.map(|item| item.extract()).transpose();
    }
    Ok(None)
}

/// A position is the number of a step of the iterator; the tests only pass it on.
pub fn next<'py>(dict: &Any<'py>, position: usize) -> PyResult<'py, Option<Entry<'py>>> {
    let Some((key, value)) = nth(dict, position)? else {
        return Ok(None);
    };
    Ok(Some((1, position + 1, key, value)))
}

pub fn update<'py>(dict: &Any<'py>, other: &Any<'py>) -> PyResult<'py, i32> {
    zero(arg::<PyDict>(dict)?.update(other))
}

pub fn merge<'py>(dict: &Any<'py>, other: &Any<'py>, replace: i32) -> PyResult<'py, i32> {
    zero(arg::<PyDict>(dict)?.merge(other, replace != 0))
}

pub fn merge_pairs<'py>(dict: &Any<'py>, pairs: &Any<'py>, replace: i32) -> PyResult<'py, i32> {
    zero(arg::<PyDict>(dict)?.merge_pairs(pairs, replace != 0))
}

/// C's status and the value, `None` for NULL.
type Popped<'py> = PyResult<'py, (bool, Option<Owned<'py, PyAny>>)>;

fn popped<'py>(found: Found<'py>) -> Popped<'py> {
    found.map(|value| (value.is_some(), value))
}

pub fn pop<'py>(dict: &Any<'py>, key: &Any<'py>) -> Popped<'py> {
    popped(arg::<PyDict>(dict)?.pop(key))
}

pub fn pop_null<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, bool> {
    Ok(arg::<PyDict>(dict)?.pop(key)?.is_some())
}

pub fn popstring<'py>(dict: &Any<'py>, key: &Any<'py>) -> Popped<'py> {
    popped(arg::<PyDict>(dict)?.pop_str(&text(key)?))
}

pub fn popstring_null<'py>(dict: &Any<'py>, key: &Any<'py>) -> PyResult<'py, bool> {
    Ok(arg::<PyDict>(dict)?.pop_str(&text(key)?)?.is_some())
}
