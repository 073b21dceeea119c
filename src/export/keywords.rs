//! Sorting arguments passed by name into the slots of the parameters.

use super::arguments::Keyword;
use super::function::Function;
use super::signature::Signature;
use super::wording;
use crate::error::{PyResult, push};
use crate::refs::{Borrowed, Python};
use crate::sync::Interned;
use crate::types::{PyAny, PyString};

/// The argument for each parameter, if it was passed.
pub(crate) type Slots<'a, 'py, const N: usize> = [Option<&'a Borrowed<'py, PyAny>>; N];

/// Sorts a call's positional arguments, and its keywords with their values, into one slot for each parameter
/// of `F`. The slot of an argument that was not passed is `None`; whether that is an error is decided by its
/// conversion.
///
/// CPython's compiler interns the names of keyword arguments, so comparing addresses is enough for nearly all
/// calls. A name that is not found by its address is compared as text.
///
/// # Errors
/// `TypeError` for too many positional arguments, an unknown name, or an argument given twice.
#[inline(always)]
pub(crate) fn sort<'a, 'py, F: Function, const N: usize>(
    py: Python<'py>,
    positional: &'a [&'a Borrowed<'py, PyAny>],
    keywords: &'a [&'a Borrowed<'py, PyAny>],
    values: &'a [&'a Borrowed<'py, PyAny>],
) -> PyResult<'py, Slots<'a, 'py, N>> {
    if positional.len() > const { F::SIGNATURE.positional() } {
        return Err(wording::too_many(py, F::SIGNATURE, positional.len()));
    }
    let mut slots = std::array::from_fn(|index| positional.get(index).copied());
    let unnamed = const { F::SIGNATURE.positional_only() };
    'values: for (keyword, value) in keywords.iter().zip(values) {
        // Both iterators have one item for each parameter that can be passed by name.
        for (name, slot) in F::names().iter().zip(&mut slots[unnamed..]) {
            if name.is(keyword) && slot.is_none() {
                *slot = Some(value);
                continue 'values;
            }
        }
        place_by_text(py, F::SIGNATURE, F::names(), keyword, value, &mut slots)?;
    }
    Ok(slots)
}

/// Fills the slots of a function with `*args` or `**kwargs` by the keywords of a call. What no parameter takes goes to
/// `left`, if the function takes that.
///
/// # Errors
/// `TypeError` for an unknown name, or an argument given twice; `MemoryError`.
#[inline(never)]
pub(super) fn spread<'a, 'py>(
    py: Python<'py>,
    signature: &Signature,
    names: &'static [Interned],
    keywords: &'a [&'a Borrowed<'py, PyAny>],
    values: &'a [&'a Borrowed<'py, PyAny>],
    slots: &mut [Option<&'a Borrowed<'py, PyAny>>],
    left: &mut Vec<Keyword<'a, 'py>>,
) -> PyResult<'py, ()> {
    let unnamed = signature.positional_only();
    for (keyword, value) in keywords.iter().zip(values) {
        let Ok(text) = keyword.cast::<PyString>() else {
            return Err(wording::keyword_type(py));
        };
        let by_address = names.iter().position(|name| name.is(keyword));
        match by_address.or_else(|| names.iter().position(|name| text.eq_str(name.text()))) {
            Some(position) if slots[unnamed + position].is_some() => {
                return Err(wording::given_twice(py, signature, unnamed + position));
            }
            Some(position) => slots[unnamed + position] = Some(value),
            None if signature.takes_keywords() => push(py, left, (text, *value))?,
            None => return Err(wording::unexpected_keyword(py, signature, text)),
        }
    }
    Ok(())
}

/// [`sort`] for one keyword, which is compared as text. The first call for a function also makes its interned
/// names; for most functions there is no second call.
#[cold]
#[inline(never)]
fn place_by_text<'a, 'py>(
    py: Python<'py>,
    signature: &Signature,
    names: &'static [Interned],
    keyword: &Borrowed<'py, PyAny>,
    value: &'a Borrowed<'py, PyAny>,
    slots: &mut [Option<&'a Borrowed<'py, PyAny>>],
) -> PyResult<'py, ()> {
    for name in names {
        name.try_get(py)?;
    }
    let keyword = match keyword.cast::<PyString>() {
        Ok(keyword) => keyword,
        Err(_) => return Err(wording::keyword_type(py)),
    };
    let Some(position) = (names.iter()).position(|name| keyword.eq_str(name.text())) else {
        return Err(wording::unexpected_keyword(py, signature, keyword));
    };
    let position = signature.positional_only() + position;
    if slots[position].is_some() {
        return Err(wording::given_twice(py, signature, position));
    }
    slots[position] = Some(value);
    Ok(())
}
