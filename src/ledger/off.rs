//! The ledger when the feature is off: nothing. No field, no instruction.

pub(crate) mod manual;

use std::ptr::NonNull;

use super::Kind;
use crate::error::PyResult;
use crate::ffi;
use crate::refs::Borrowed;
use crate::types::PyModule;

/// The record of a reference: nothing.
#[derive(Clone, Copy)]
pub(crate) struct Token;

/// A line of source text: nothing.
#[derive(Clone, Copy)]
pub(crate) struct Site;

/// A running exported function: nothing.
pub(crate) struct Call;

impl Site {
    #[inline(always)]
    pub(crate) fn here() -> Site {
        Site
    }
}

impl Token {
    pub(crate) const NONE: Token = Token;

    #[inline(always)]
    pub(crate) fn open(_object: NonNull<ffi::PyObject>, _kind: Kind, _site: Site) -> Token {
        Token
    }

    #[inline(always)]
    pub(crate) fn give(self, _object: NonNull<ffi::PyObject>) {}

    #[inline(always)]
    pub(crate) fn hand_over(self) {}

    #[inline(always)]
    pub(crate) fn mean_to_leak(self) {}

    #[inline(always)]
    pub(crate) fn release(self, _object: NonNull<ffi::PyObject>) -> bool {
        true
    }
}

#[inline(always)]
pub(crate) fn called_here() {}

#[inline(always)]
pub(crate) fn install<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    Ok(())
}

#[inline(always)]
pub(crate) fn cloned_while_detached(_object: *mut ffi::PyObject) -> bool {
    false
}

#[inline(always)]
pub(crate) fn borrowed(_object: *mut ffi::PyObject, _site: Site) {}

#[inline(always)]
pub(crate) fn enter(_function: &'static [u8]) -> Call {
    Call
}
