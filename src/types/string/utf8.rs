//! The UTF-8 that a `str` has already: its characters if they are ASCII, or the copy that an earlier call has made.

use std::slice;

use super::storage;
use crate::ffi;
use crate::refs::Borrowed;
use crate::types::PyString;

/// The text as UTF-8, unless it has to be encoded first. Calls nothing.
#[inline]
pub(super) fn ready<'a>(text: &'a Borrowed<'_, PyString>) -> Option<&'a str> {
    let object = text.as_ptr();
    // SAFETY: a live str.
    let (data, len) = match unsafe { storage::is_compact_ascii(object) } {
        true => {
            // SAFETY: the characters of a compact ASCII str follow the short header.
            let data = unsafe { storage::Width::Ascii.data(object) };
            // SAFETY: a live str, whose length is computed: it has its characters.
            (data, unsafe { ffi::PyUnicode_GET_LENGTH(object) })
        }
        // SAFETY: a live str that is not compact ASCII.
        false => unsafe { cached(object)? },
    };
    // SAFETY: so many bytes, which live and stay the same as long as the str, which `text` borrows: as for
    // `PyUnicode_AsUTF8AndSize`, which returns the same.
    let bytes = unsafe { slice::from_raw_parts(data, len as usize) };
    // SAFETY: ASCII, or what CPython has encoded.
    Some(unsafe { std::str::from_utf8_unchecked(bytes) })
}

/// The copy that is kept in the object, if there is one yet.
///
/// # Safety
/// A live `str` that is not compact ASCII: it has the longer header.
#[inline]
unsafe fn cached(object: *mut ffi::PyObject) -> Option<(*mut u8, ffi::Py_ssize_t)> {
    let header = object.cast::<ffi::PyCompactUnicodeObject>();
    // SAFETY: a field of the longer header.
    let place = unsafe { &raw mut (*header).utf8 };
    // Another thread may store the copy meanwhile. CPython does so after the copy and its length are written, with a
    // release; this is the acquire that belongs to it.
    #[cfg(Py_GIL_DISABLED)]
    let data = {
        // SAFETY: an aligned pointer in a live object, which is only accessed atomically once others know of the object.
        let place = unsafe { std::sync::atomic::AtomicPtr::from_ptr(place) };
        place.load(std::sync::atomic::Ordering::Acquire)
    };
    #[cfg(not(Py_GIL_DISABLED))]
    // SAFETY: a field that only changes under the GIL, which this thread has.
    let data = unsafe { place.read() };
    if data.is_null() {
        return None;
    }
    // SAFETY: a field that is written once, before the pointer.
    Some((data.cast(), unsafe { (*header).utf8_length }))
}
