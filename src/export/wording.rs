//! Argument errors in the words of CPython's own functions (Argument Clinic and `getargs.c`).

#[cfg(any(debug_assertions, py_sys_config = "Py_DEBUG"))]
use std::ffi::CStr;
use std::fmt;

use super::signature::Signature;
use crate::convert::{Expected, Refusal};
#[cfg(any(debug_assertions, py_sys_config = "Py_DEBUG"))]
use crate::error::PySystemError;
use crate::error::{Escaped, PyTypeError, Raised, type_name};
use crate::refs::{Borrowed, Python};
use crate::types::{PyAny, PyString};

/// `append() argument 'left' must be str, not int`
#[cold]
#[inline(never)]
pub(crate) fn wrong_type<'py>(
    signature: &Signature,
    position: usize,
    argument: &Borrowed<'py, PyAny>,
    expected: fn(&mut dyn fmt::Write) -> fmt::Result,
) -> Raised<'py> {
    let name = signature.name_of(position - 1);
    let must_be = Expected(expected);
    let actual = match argument.is_none() {
        true => "None".to_owned(),
        false => type_name(argument),
    };
    argument.py().raise::<PyTypeError>(format_args!(
        "{}() argument '{name}' must be {must_be}, not {actual}",
        signature.name
    ))
}

/// `add() argument 'small' must be int from 0 to 255, not 300`, or `total() argument 'numbers', item 2 must be int, not str`.
#[cold]
#[inline(never)]
pub(crate) fn refused<'py>(
    signature: &Signature,
    position: usize,
    refusal: Refusal<'py>,
) -> Raised<'py> {
    let name = signature.name_of(position - 1);
    refusal.raise(Some(&format_args!(
        "{}() argument '{name}'",
        signature.name
    )))
}

/// What CPython says of a function in C: `<built-in function repeat> returned a result with an exception set`. That
/// exception is the cause.
#[cfg(any(debug_assertions, py_sys_config = "Py_DEBUG"))]
#[cold]
#[inline(never)]
pub(super) fn forgotten<'py>(name: &'static CStr, raised: Raised<'py>) -> Raised<'py> {
    raised.chain::<PySystemError>(format_args!(
        "<built-in function {}> returned a result with an exception set",
        name.to_str().unwrap_or("?")
    ))
}

/// `repeat() missing required argument 'text' (pos 1)`
#[cold]
#[inline(never)]
pub(super) fn missing<'py>(py: Python<'py>, signature: &Signature, position: usize) -> Raised<'py> {
    let name = signature.name_of(position - 1);
    py.raise::<PyTypeError>(format_args!(
        "{}() missing required argument '{name}' (pos {position})",
        signature.name
    ))
}

/// A wrong number of arguments for a function whose parameters are all positional-only:
/// `pair expected 2 arguments, got 1`.
#[cold]
#[inline(never)]
pub(super) fn wrong_count<'py>(
    py: Python<'py>,
    signature: &Signature,
    given: usize,
) -> Raised<'py> {
    let (least, most) = (signature.required(), signature.positional());
    let name = signature.name;
    if most == 0 {
        return py
            .raise::<PyTypeError>(format_args!("{name}() takes no arguments ({given} given)"));
    }
    let (bound, count) = match () {
        () if least == most => ("", most),
        () if given < least => ("at least ", least),
        () => ("at most ", most),
    };
    let s = if count == 1 { "" } else { "s" };
    py.raise::<PyTypeError>(format_args!(
        "{name} expected {bound}{count} argument{s}, got {given}"
    ))
}

/// `repeat() takes at most 2 positional arguments (3 given)`
#[cold]
#[inline(never)]
pub(super) fn too_many<'py>(py: Python<'py>, signature: &Signature, given: usize) -> Raised<'py> {
    let (least, most) = (signature.required(), signature.positional());
    let name = signature.name;
    let s = if most == 1 { "" } else { "s" };
    match () {
        () if most == 0 => py.raise::<PyTypeError>(format_args!(
            "{name}() takes no positional arguments ({given} given)"
        )),
        () => {
            let bound = if least == most { "exactly" } else { "at most" };
            py.raise::<PyTypeError>(format_args!(
                "{name}() takes {bound} {most} positional argument{s} ({given} given)"
            ))
        }
    }
}

/// `repeat() got an unexpected keyword argument 'time'`, or the words of 3.12 and older.
#[cold]
#[inline(never)]
pub(super) fn unexpected_keyword<'py>(
    py: Python<'py>,
    signature: &Signature,
    keyword: &Borrowed<'py, PyString>,
) -> Raised<'py> {
    let (name, keyword) = (signature.name, Escaped(keyword, keyword.len()));
    if cfg!(Py_3_13) {
        py.raise::<PyTypeError>(format_args!(
            "{name}() got an unexpected keyword argument '{keyword}'"
        ))
    } else {
        py.raise::<PyTypeError>(format_args!(
            "'{keyword}' is an invalid keyword argument for {name}()"
        ))
    }
}

/// `argument for repeat() given by name ('text') and position (1)`
#[cold]
#[inline(never)]
pub(super) fn given_twice<'py>(
    py: Python<'py>,
    signature: &Signature,
    index: usize,
) -> Raised<'py> {
    let keyword = signature.name_of(index);
    py.raise::<PyTypeError>(format_args!(
        "argument for {}() given by name ('{keyword}') and position ({})",
        signature.name,
        index + 1
    ))
}

/// `keywords must be strings`
#[cold]
pub(super) fn keyword_type(py: Python<'_>) -> Raised<'_> {
    py.raise::<PyTypeError>("keywords must be strings")
}
