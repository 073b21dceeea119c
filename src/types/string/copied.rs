//! A new `str` from text that is nearly always ASCII, such as a message, or what a builder has collected.

use super::storage::Width;
use crate::ffi;
use crate::refs::{Owned, Python};
use crate::types::PyString;

/// Shorter texts are left to C, which shares the objects of some of them.
const SHORTEST: usize = 8;

impl PyString {
    /// As [`new`](PyString::new): a new reference, or `None` with a `MemoryError` set.
    ///
    /// C's decoder reads single bytes if the address is not aligned to a word, and Rust's literals usually
    /// are not. ASCII needs no decoding, so it is copied here.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) fn copied<'py>(py: Python<'py>, text: &str) -> Option<Owned<'py, PyString>> {
        let size = text.len() as ffi::Py_ssize_t;
        let copies = text.len() >= SHORTEST && text.is_ascii();
        let new = match copies {
            // SAFETY: attached; the length is not negative.
            true => unsafe { ffi::PyUnicode_New(size, Width::Ascii.max_char()) },
            // SAFETY: attached; pointer and length are those of a `str`.
            false => unsafe { ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), size) },
        };
        // SAFETY: a new reference, or NULL with an exception set.
        let new: Option<Owned<'_, PyString>> = unsafe { Owned::from_new_ptr_or_opt(py, new) };
        if let Some(new) = new.as_ref().filter(|_| copies) {
            // SAFETY: a str of this width, of C's making.
            let place = unsafe { Width::Ascii.data(new.as_ptr()) };
            // SAFETY: it has room for so many bytes, and nobody else knows of it, so that it does not overlap with a `&str`.
            unsafe { place.copy_from_nonoverlapping(text.as_ptr(), text.len()) };
        }
        new
    }
}
