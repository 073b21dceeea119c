//! A new `str` from text that is nearly always ASCII, such as a message, or what a builder has collected.

use super::storage::{Width, copy, is_ascii_text};
use crate::ffi;
use crate::refs::{Owned, Python};
use crate::types::PyString;

/// Of shorter texts some are objects that C has already.
const SHORTEST: usize = 8;

impl PyString {
    /// What [`new`](PyString::new) makes, a new reference, or `None` with a `MemoryError` set.
    ///
    /// C's decoder reads a byte at a time from an address that is no word's, as that of a literal of Rust
    /// is but by chance. ASCII is stored as it is, so that there is nothing to decode.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) fn copied<'py>(py: Python<'py>, text: &str) -> Option<Owned<'py, PyString>> {
        let size = text.len() as ffi::Py_ssize_t;
        let copies = text.len() >= SHORTEST && is_ascii_text(text);
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
            // SAFETY: it has room for so many bytes, and nobody else knows of it.
            unsafe { copy(place, text) };
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::is_ascii_text;

    #[test]
    fn what_is_not_ascii_is_found_wherever_it_is() {
        for len in 0..40 {
            let text = "\u{7f}".repeat(len);
            assert!(is_ascii_text(&text));
            for at in 0..len {
                let other = format!("{}\u{80}{}", &text[..at], &text[at + 1..]);
                assert!(!is_ascii_text(&other), "character {at} of {len}");
            }
        }
    }
}
