//! A new `str` from text that is nearly always ASCII, such as a message.

use super::PyString;
#[cfg(feature = "full")]
use super::storage::Width;
use crate::ffi;
use crate::python::Python;
use crate::refs::Owned;

impl PyString {
    /// What [`new`](PyString::new) makes, a new reference, or `None` with a `MemoryError` set.
    ///
    /// C's decoder reads a byte at a time from an address that is no word's, as that of a literal of Rust
    /// is but by chance. ASCII is stored as it is, so that there is nothing to decode.
    #[cfg(feature = "full")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) fn copied<'py>(py: Python<'py>, text: &str) -> Option<Owned<'py, PyString>> {
        let (data, len) = (text.as_ptr(), text.len());
        let size = len as ffi::Py_ssize_t;
        let copies = is_some_ascii(text.as_bytes());
        let new = match copies {
            // SAFETY: attached; the length is not negative.
            true => unsafe { ffi::PyUnicode_New(size, Width::Ascii.max_char()) },
            // SAFETY: attached; pointer and length are those of a `str`.
            false => unsafe { ffi::PyUnicode_FromStringAndSize(data.cast(), size) },
        };
        // SAFETY: a new reference, or NULL with an exception set.
        let new: Option<Owned<'_, PyString>> = unsafe { Owned::from_new_ptr_or_opt(py, new) };
        if let Some(new) = new.as_ref().filter(|_| copies) {
            // SAFETY: a str of this width, of C's making.
            let place = unsafe { Width::Ascii.data(new.as_ptr()) };
            // SAFETY: it has room for so many bytes, and nobody else knows of it.
            unsafe { place.copy_from_nonoverlapping(data, len) };
        }
        new
    }

    /// [`new`](PyString::new), with `None` for its error: all else takes longer to compile.
    #[cfg(not(feature = "full"))]
    #[inline]
    pub(crate) fn copied<'py>(py: Python<'py>, text: &str) -> Option<Owned<'py, PyString>> {
        let (data, size) = (text.as_ptr().cast(), text.len() as ffi::Py_ssize_t);
        // SAFETY: attached; pointer and length are those of a `str`.
        let new = unsafe { ffi::PyUnicode_FromStringAndSize(data, size) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_opt(py, new) }
    }
}

/// Whether these are eight bytes or more, all of them ASCII. (Of shorter texts some are objects that C has
/// already.) In a quarter of the code that `is_ascii` takes.
#[cfg(feature = "full")]
#[inline]
fn is_some_ascii(bytes: &[u8]) -> bool {
    const WORD: usize = size_of::<u64>();
    let is_ascii = |word: [u8; WORD]| u64::from_ne_bytes(word) & 0x8080_8080_8080_8080 == 0;
    // The last word may overlap with the one before.
    bytes.last_chunk().is_some_and(|last| is_ascii(*last))
        && bytes
            .chunks_exact(WORD)
            .all(|word| word.try_into().is_ok_and(is_ascii))
}

#[cfg(all(test, feature = "full"))]
mod tests {
    use super::is_some_ascii;

    #[test]
    fn a_byte_that_is_not_ascii_is_found_wherever_it_is() {
        for len in 0..40 {
            let mut bytes = vec![0x7f; len];
            assert_eq!(is_some_ascii(&bytes), len >= 8);
            for at in 0..len {
                bytes[at] = 0x80;
                assert!(!is_some_ascii(&bytes), "byte {at} of {len}");
                bytes[at] = 0x7f;
            }
        }
    }
}
