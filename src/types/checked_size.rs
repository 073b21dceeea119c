//! Converting sizes and indices for C, where they are signed.

use crate::error::{PyMemoryError, PyResult, check_count};
use crate::ffi;
use crate::refs::{Borrowed, Python};
use crate::types::PyAny;

/// The number of items to allocate; `MemoryError` if it does not fit.
#[inline]
pub(super) fn to_allocate(py: Python<'_>, count: usize) -> PyResult<'_, ffi::Py_ssize_t> {
    ffi::Py_ssize_t::try_from(count).map_err(|_| too_many(py, count))
}

/// The error for a number of items that cannot be allocated.
#[cold]
#[inline]
pub(super) fn too_many(py: Python<'_>, count: usize) -> crate::Raised<'_> {
    py.raise::<PyMemoryError>(format_args!("{count} items do not fit into memory"))
}

/// An index for C functions that clip an index beyond the end. It must not wrap around: C would count a
/// negative index from the end.
#[inline]
pub(super) fn saturate(index: usize) -> ffi::Py_ssize_t {
    ffi::Py_ssize_t::try_from(index).unwrap_or(ffi::Py_ssize_t::MAX)
}

/// The index of the first item of a sequence that is equal to `item`.
#[inline]
pub(super) fn index_of<'py>(
    sequence: &Borrowed<'py, PyAny>,
    item: &Borrowed<'_, PyAny>,
) -> PyResult<'py, usize> {
    // SAFETY: live objects, borrowed for the call.
    let index = unsafe { ffi::PySequence_Index(sequence.as_ptr(), item.as_ptr()) };
    check_count(sequence.py(), index)
}

/// So much memory is asked for at most before any data has come, where data from outside says how much there will be. Enough
/// for most lists and texts, and little even if each level of a deep structure promises as much as it likes.
pub(super) const MOST_BYTES_AHEAD: usize = 8192;
