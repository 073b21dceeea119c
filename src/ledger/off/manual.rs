//! References counted by hand, when the feature is off: nothing is recorded.

use std::ptr::NonNull;

use super::{Site, Token};
use crate::ffi;
use crate::ledger::{Kind, Release};

#[inline(always)]
pub(crate) fn open(_object: NonNull<ffi::PyObject>, _kind: Kind) {}

#[inline(always)]
pub(crate) fn put(_object: NonNull<ffi::PyObject>, _token: Token) {}

#[inline(always)]
pub(crate) unsafe fn take(_object: NonNull<ffi::PyObject>) -> Token {
    Token
}

#[inline(always)]
pub(crate) fn seen(_object: NonNull<ffi::PyObject>) {}

#[inline(always)]
pub(crate) fn seen_alive(_object: NonNull<ffi::PyObject>) {}

#[inline(always)]
pub(crate) fn must_use(_object: NonNull<ffi::PyObject>) {}

#[inline(always)]
pub(crate) fn may_use(_object: NonNull<ffi::PyObject>) -> bool {
    true
}

#[inline(always)]
pub(crate) fn release(_object: NonNull<ffi::PyObject>, _site: Site) -> Release {
    Release::Now
}

#[inline(always)]
pub(crate) fn release_alive(_object: NonNull<ffi::PyObject>, _site: Site) -> Release {
    Release::Now
}

#[inline(always)]
pub(crate) unsafe fn give(_object: NonNull<ffi::PyObject>) {}
