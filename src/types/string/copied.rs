//! A new `str` from Rust text, or from bytes that may be UTF-8.

use super::storage::Width;
use super::{decode, fill};
use crate::error::PyResult;
use crate::refs::{Owned, Python};
use crate::types::PyString;
use crate::{ffi, refcount};

/// Shorter texts are left to C, which shares the objects for no character and for one of Latin-1.
const SHORTEST: usize = 3;

impl PyString {
    /// As [`new`](PyString::new): a new reference, or `None` with a `MemoryError` set.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) fn copied<'py>(py: Python<'py>, text: &str) -> Option<Owned<'py, PyString>> {
        let new = match text.len() < SHORTEST {
            // SAFETY: attached; pointer and length are those of a `str`.
            true => unsafe {
                ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize)
            },
            false => filled(py, text),
        };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_opt(py, new) }
    }

    /// A new reference to a `str` of these bytes. `None` if they are left to C: because they are not UTF-8, or so short.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn checked<'py>(
        py: Python<'py>,
        bytes: &[u8],
    ) -> Option<PyResult<'py, Owned<'py, PyString>>> {
        if bytes.len() < SHORTEST {
            return None;
        }
        let new = filled_if_utf8(py, bytes)?;
        // SAFETY: a new reference, or NULL with an exception set.
        Some(unsafe { Owned::from_new_ptr_or_raised(py, new) })
    }
}

/// A new `str` of text that is not one of the shortest: a new reference, or NULL with an exception set.
#[inline]
fn filled(py: Python<'_>, text: &str) -> *mut ffi::PyObject {
    if text.is_ascii() {
        return ascii(py, text.as_bytes());
    }
    filled_with_others(py, text)
}

/// [`filled`] for text that is not ASCII. Out of line, so that the rest is short enough for its callers.
#[inline(never)]
fn filled_with_others(py: Python<'_>, text: &str) -> *mut ffi::PyObject {
    let (width, chars) = decode::measure_others(text.as_bytes());
    let new = empty(py, width, chars);
    if !new.is_null() {
        // SAFETY: a str of this width, of C's making.
        let data = unsafe { width.data(new) };
        // SAFETY: the text has this width and so many characters, for which there is room; nobody else knows of the object.
        unsafe { fill::write(data, width, 0, text, chars) };
    }
    new
}

/// A new `str` of bytes that are not the shortest: a new reference, or NULL with an exception set. `None` if they are not
/// UTF-8.
#[inline]
fn filled_if_utf8(py: Python<'_>, bytes: &[u8]) -> Option<*mut ffi::PyObject> {
    if bytes.is_ascii() {
        return Some(ascii(py, bytes));
    }
    filled_with_others_if_utf8(py, bytes)
}

/// [`filled_if_utf8`] for bytes that are not ASCII.
#[inline(never)]
fn filled_with_others_if_utf8(py: Python<'_>, bytes: &[u8]) -> Option<*mut ffi::PyObject> {
    let (width, chars) = decode::measure_others(bytes);
    let new = empty(py, width, chars);
    if new.is_null() {
        return Some(new);
    }
    // SAFETY: a str of this width, of C's making.
    let data = unsafe { width.data(new) };
    // SAFETY: it has room for so many characters, and nobody else knows of the object.
    if unsafe { fill::write_checked(data, width, bytes, chars) } {
        return Some(new);
    }
    // SAFETY: the only reference. Nothing reads the characters of an object that is released.
    unsafe { refcount::decref(new) };
    None
}

/// A new `str` of ASCII characters, as [`filled`].
#[inline]
fn ascii(py: Python<'_>, bytes: &[u8]) -> *mut ffi::PyObject {
    let new = empty(py, Width::Ascii, bytes.len());
    if !new.is_null() {
        // SAFETY: a str of this width, of C's making.
        let data = unsafe { Width::Ascii.data(new) };
        // SAFETY: it has room for so many characters, and nobody else knows of the object, so that it does not overlap with a
        // slice.
        unsafe { data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }
    new
}

/// A new `str` whose characters are to be written: a new reference, or NULL with an exception set.
#[inline]
fn empty(_attached: Python<'_>, width: Width, chars: usize) -> *mut ffi::PyObject {
    // SAFETY: attached; the length of a slice fits, and there are no more characters than bytes.
    unsafe { ffi::PyUnicode_New(chars as ffi::Py_ssize_t, width.max_char()) }
}
