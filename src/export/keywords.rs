//! Sorting arguments that came by name into the parameters' slots.

use super::method::Function;
use super::signature::Signature;
use super::wording;
use crate::error::PyResult;
use crate::python::Python;
use crate::refs::Borrowed;
use crate::sync::Interned;
use crate::types::{PyAny, PyString, PyTuple};

/// Fills `slots`, one for each parameter of `F`, from a call's positional arguments and its keywords. What
/// is not passed stays `None`: whether that is an error is known when it is converted.
///
/// The compiler interns the names of keyword arguments, so that comparing addresses is enough for
/// nearly all calls; a name that is not found like that is compared as text.
///
/// # Errors
/// `TypeError` for too many positional arguments, an unknown name, or an argument given twice.
#[inline(always)]
pub(super) fn sort<'a, 'py, F: Function>(
    py: Python<'py>,
    positional: &'a [&'a Borrowed<'py, PyAny>],
    names: Option<&'a Borrowed<'py, PyTuple>>,
    values: &'a [&'a Borrowed<'py, PyAny>],
    slots: &mut [Option<&'a Borrowed<'py, PyAny>>],
) -> PyResult<'py, ()> {
    if positional.len() > const { F::SIGNATURE.positional() } {
        return Err(wording::too_many(py, F::SIGNATURE, positional.len()));
    }
    for (slot, argument) in slots.iter_mut().zip(positional) {
        *slot = Some(argument);
    }
    let Some(names) = names else { return Ok(()) };
    let unnamed = const { F::SIGNATURE.positional_only() };
    for (index, value) in values.iter().enumerate() {
        let keyword = names.get(index);
        let is_keyword = |name: &Interned| keyword.is_some_and(|keyword| name.is(keyword));
        let position = match F::names().iter().position(is_keyword) {
            Some(position) => unnamed + position,
            None => find_text(py, F::SIGNATURE, F::names(), keyword)?,
        };
        match &mut slots[position] {
            slot @ None => *slot = Some(value),
            Some(_) => return Err(wording::given_twice(py, F::SIGNATURE, position)),
        }
    }
    Ok(())
}

/// The position of the parameter whose name has the same text as `keyword`. The first call for a function
/// also makes its interned names: for most functions the only one.
#[cold]
#[inline(never)]
fn find_text<'py>(
    py: Python<'py>,
    signature: &Signature,
    names: &'static [Interned],
    keyword: Option<&Borrowed<'py, PyAny>>,
) -> PyResult<'py, usize> {
    for name in names {
        name.try_get(py)?;
    }
    let keyword = match keyword.map(|keyword| keyword.cast::<PyString>()) {
        Some(Ok(keyword)) => keyword.to_str()?,
        _ => wording::keyword_type(py)?,
    };
    match names.iter().position(|name| name.text() == keyword) {
        Some(position) => Ok(signature.positional_only() + position),
        None => Err(wording::unexpected_keyword(py, signature, keyword)),
    }
}
