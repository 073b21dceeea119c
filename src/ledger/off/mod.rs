//! The ledger when the feature is off: its types are empty and its functions do nothing.

pub(crate) mod manual;
mod token;

pub(crate) use token::Token;

use std::ffi::CStr;
use std::ptr::NonNull;

use super::{Kind, Release};
use crate::ffi;

/// A line of source text: empty, as the feature is off.
#[derive(Clone, Copy)]
pub(crate) struct Site;

/// A running exported function: empty, as the feature is off.
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
    pub(crate) fn complete(self, _complete: bool) {}

    #[inline(always)]
    pub(crate) fn release(self, _object: NonNull<ffi::PyObject>) -> Release {
        Release::Now
    }
}

#[inline(always)]
pub(crate) fn called_here() {}

#[inline(always)]
pub(crate) fn cloned_while_detached(_object: *mut ffi::PyObject) -> bool {
    false
}

#[inline(always)]
pub(crate) fn borrowed(_object: *mut ffi::PyObject, _site: Site) {}

/// The last call in the user's code: empty, as the feature is off.
pub(crate) struct KeptNear;

#[inline(always)]
pub(crate) fn keep_near() -> KeptNear {
    KeptNear
}

#[inline(always)]
pub(crate) fn using(_object: *mut ffi::PyObject, _site: Site) {}

#[inline(always)]
pub(crate) fn enter(_function: &'static CStr) -> Call {
    Call
}

#[inline(always)]
pub(crate) fn enter_destructor(_function: &'static CStr) -> Call {
    Call
}

/// What is lent to a function: empty, as the feature is off.
pub(crate) struct Lent;

/// # Safety
/// As with the feature.
#[inline(always)]
pub(crate) unsafe fn lend(
    _function: &'static CStr,
    _arguments: *const *mut ffi::PyObject,
    _count: usize,
) -> Lent {
    Lent
}
