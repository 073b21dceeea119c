//! Sorting arguments that came by name into the parameters' slots.

use super::signature::Signature;
use super::wording;
use crate::error::PyResult;
use crate::python::Python;
use crate::refs::Borrowed;
use crate::types::{PyAny, PyString, PyTuple};

/// Fills `slots`, one for each parameter of `signature`, from a call's positional arguments and its
/// keywords. What is not passed stays `None`: whether that is an error is known when it is converted.
///
/// # Errors
/// `TypeError` for too many positional arguments, an unknown name, or an argument given twice.
#[inline]
pub(super) fn sort<'a, 'py>(
    py: Python<'py>,
    signature: &Signature,
    positional: &'a [&'a Borrowed<'py, PyAny>],
    names: Option<&'a Borrowed<'py, PyTuple>>,
    values: &'a [&'a Borrowed<'py, PyAny>],
    slots: &mut [Option<&'a Borrowed<'py, PyAny>>],
) -> PyResult<'py, ()> {
    if positional.len() > signature.positional() {
        return Err(wording::too_many(py, signature, positional.len()));
    }
    for (slot, argument) in slots.iter_mut().zip(positional) {
        *slot = Some(argument);
    }
    match names {
        None => Ok(()),
        Some(names) => sort_named(py, signature, names, values, slots),
    }
}

fn sort_named<'a, 'py>(
    py: Python<'py>,
    signature: &Signature,
    names: &'a Borrowed<'py, PyTuple>,
    values: &'a [&'a Borrowed<'py, PyAny>],
    slots: &mut [Option<&'a Borrowed<'py, PyAny>>],
) -> PyResult<'py, ()> {
    for (index, value) in values.iter().enumerate() {
        let keyword = match names.get(index).map(|name| name.cast::<PyString>()) {
            Some(Ok(name)) => name.to_str()?,
            _ => wording::keyword_type(py)?,
        };
        let by_name = signature
            .names()
            .enumerate()
            .skip(signature.positional_only());
        let Some((position, _)) = by_name.into_iter().find(|(_, name)| *name == keyword) else {
            return Err(wording::unexpected_keyword(py, signature, keyword));
        };
        if slots[position].is_some() {
            return Err(wording::given_twice(py, signature, keyword, position + 1));
        }
        slots[position] = Some(value);
    }
    Ok(())
}
