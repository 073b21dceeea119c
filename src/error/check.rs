//! The results of C functions that report a failure by a negative value.

use std::ffi::c_int;

use super::{PyResult, Raised};
use crate::ffi;
use crate::refs::Python;

/// A C function's status: negative means that an exception is set.
#[inline(always)]
pub(crate) fn check_status(py: Python<'_>, status: c_int) -> PyResult<'_, ()> {
    if status < 0 {
        Err(Raised::set(py))
    } else {
        Ok(())
    }
}

/// A C function's truth value: negative means that an exception is set.
#[inline(always)]
pub(crate) fn check_truth(py: Python<'_>, truth: c_int) -> PyResult<'_, bool> {
    if truth < 0 {
        Err(Raised::set(py))
    } else {
        Ok(truth != 0)
    }
}

/// A C function's size or index: negative means that an exception is set.
#[inline(always)]
pub(crate) fn check_count(py: Python<'_>, count: ffi::Py_ssize_t) -> PyResult<'_, usize> {
    usize::try_from(count).map_err(|_| Raised::set(py))
}
