//! Changing the length of a `str` that no other code can reach, in place if its memory block has room.
//!
//! `PyUnicode_Resize` tests twice whether the object may change, divides to test whether the length fits, and
//! writes the object's header again: that takes longer than the allocator if the block has room. This file
//! does only what is needed, for builds whose layout is known and for the common case; for all others it
//! calls `PyUnicode_Resize`.

use std::ffi::c_int;

use super::storage::Width;
use crate::{ffi, refcount};

/// Whether the object's layout is exactly that of CPython's headers. Not in debug builds, which check and
/// record more.
const BY_OURSELVES: bool = cfg!(all(
    target_pointer_width = "64",
    target_endian = "little",
    // Compilers for Windows lay out the state in another way.
    not(all(windows, Py_GIL_DISABLED)),
    not(py_sys_config = "Py_DEBUG"),
    not(py_sys_config = "Py_REF_DEBUG"),
    not(py_sys_config = "Py_TRACE_REFS")
));

/// The bits of the object's state that say how it is interned; 0 if it is not.
const INTERNED: u32 = 0b11;

/// Replaces the reference by one to a `str` of `len` characters of the same width, which begins with the old
/// text: the same object, possibly moved, if no other code can reach it, otherwise a copy. Returns 0, or -1
/// with an exception set and the reference unchanged.
///
/// # Safety
/// The caller owns the reference, which is to an object for which [`Width::of_exact`] gave `width`; `len` is
/// greater than its length. The thread is attached.
#[inline]
pub(super) unsafe fn resize(
    object: &mut *mut ffi::PyObject,
    width: Width,
    len: ffi::Py_ssize_t,
) -> c_int {
    // SAFETY: the caller's promise.
    if BY_OURSELVES && unsafe { is_plain(*object, width) } {
        if let Some(size) = width.size(len) {
            // SAFETY: no other code can reach the object, which has no memory but its block; it gets larger.
            return unsafe { reallocate(object, width, len, size) };
        }
    }
    // SAFETY: an owned reference to a str.
    unsafe { ffi::PyUnicode_Resize(object, len) }
}

/// Whether an object is in the common case: no other code can reach it, and it was never hashed, interned or
/// encoded. Then `PyUnicode_Resize` would change it in place, and nothing but its length has to change.
///
/// # Safety
/// As for [`resize`]; the layout is known.
#[inline(always)]
unsafe fn is_plain(object: *mut ffi::PyObject, width: Width) -> bool {
    // SAFETY: a live object, to which the caller owns a reference.
    let unique = unsafe { refcount::is_unique(object) };
    // C's function reports a moved object to the tracer.
    unique && !ffi::references_are_traced() && {
        let head = object.cast::<ffi::PyASCIIObject>();
        // SAFETY: a live str, which no other code can reach.
        let hash = unsafe { (*head).hash };
        // SAFETY: as above.
        let state = unsafe { (*head).state };
        // SAFETY: as above.
        hash == -1 && state & INTERNED == 0 && unsafe { has_one_block(object, width) }
    }
}

/// Whether an object has no cached copy of its text in another encoding, which would be wrong after a change.
///
/// # Safety
/// As for [`is_plain`], and no other code can reach the object.
#[inline(always)]
unsafe fn has_one_block(object: *mut ffi::PyObject, width: Width) -> bool {
    // SAFETY: a live str, which no other code can reach.
    #[cfg(not(Py_3_12))]
    if !unsafe { (*object.cast::<ffi::PyASCIIObject>()).wstr }.is_null() {
        return false;
    }
    // ASCII text is its own UTF-8, and has no field for a copy.
    // SAFETY: a live str with the longer header, which no other code can reach.
    width == Width::Ascii
        || unsafe { (*object.cast::<ffi::PyCompactUnicodeObject>()).utf8 }.is_null()
}

/// See [`resize`].
///
/// # Safety
/// As for [`resize`]. [`is_plain`] is true, and `size` is the number of bytes of the longer object.
#[inline(always)]
unsafe fn reallocate(
    object: &mut *mut ffi::PyObject,
    width: Width,
    len: ffi::Py_ssize_t,
    size: usize,
) -> c_int {
    // SAFETY: a block from `PyObject_Malloc`, which `PyUnicode_New` calls, as `PyUnicode_Resize` calls this.
    // There is one reference to it, the caller's. No other code may use another pointer to it: threads that
    // find an old one in a list or dict read only the counts, which the allocator takes care of.
    let new = unsafe { ffi::PyObject_Realloc((*object).cast(), size) };
    if new.is_null() {
        // The old block is unchanged.
        // SAFETY: attached.
        unsafe { ffi::PyErr_NoMemory() };
        return -1;
    }
    // The header was copied as well: one reference, which is this thread's, and the type.
    *object = new.cast();
    // SAFETY: the field of a live str that no other code can reach.
    unsafe { (*new.cast::<ffi::PyASCIIObject>()).length = len };
    // SAFETY: as above, with this width.
    let data = unsafe { width.data(*object) };
    // SAFETY: there is room for the character that ends the text, behind `len` others.
    unsafe { width.terminate(data, len as usize) };
    0
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::*;
    use crate::refs::Owned;
    use crate::refs::Python;
    use crate::types::PyString;

    /// A text of each width.
    const TEXTS: &[&str] = &["ascii", "latin \u{e9}", "two \u{20ac}", "four \u{1f40d}"];

    fn each(f: impl for<'py> Fn(Owned<'py, PyString>, Width)) {
        Python::initialize();
        Python::attach(|py| {
            for text in TEXTS {
                let fresh = PyString::new(py, text).unwrap();
                let (width, len) = Width::of_exact(&fresh).unwrap();
                assert_eq!(
                    (width, len),
                    (decode::measure(text.as_bytes()).0, text.chars().count()),
                    "{text}"
                );
                f(fresh, width);
            }
        });
    }

    fn plain(text: &Owned<'_, PyString>, width: Width) -> bool {
        // SAFETY: a reference of our own to a str of this width.
        BY_OURSELVES && unsafe { is_plain(text.as_ptr(), width) }
    }

    #[test]
    fn fresh_ones_are_plain() {
        each(|text, width| {
            // Up to 3.11 C keeps a second pointer to characters as wide as `wchar_t`.
            let as_wide = if cfg!(windows) {
                Width::Two
            } else {
                Width::Four
            };
            let wide = cfg!(not(Py_3_12)) && width == as_wide;
            let counted = cfg!(not(Py_GIL_DISABLED))
                || cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
            assert_eq!(
                plain(&text, width),
                BY_OURSELVES && counted && !wide,
                "{width:?}"
            );
        });
    }

    #[test]
    fn ones_that_others_may_know_are_not() {
        each(|text, width| {
            let other = text.new_ref();
            assert!(!plain(&text, width), "shared {width:?}");
            drop(other);
            text.hash().unwrap();
            assert!(!plain(&text, width), "hashed {width:?}");
        });
        each(|text, width| {
            text.to_str().unwrap();
            assert!(
                width == Width::Ascii || !plain(&text, width),
                "encoded {width:?}"
            );
        });
        Python::attach(|py| {
            let interned = PyString::intern(py, c"interned for in_place").unwrap();
            // SAFETY: a live str.
            let state = unsafe { (*interned.as_ptr().cast::<ffi::PyASCIIObject>()).state };
            assert!(!BY_OURSELVES || state & INTERNED != 0);
            assert!(!plain(&interned, Width::Ascii));
        });
    }

    #[test]
    fn longer_ones_end_with_a_zero() {
        each(|text, width| {
            let (py, old) = (text.py(), text.to_rust_string().unwrap());
            let mut object = PyString::new(py, &old).unwrap().into_ptr();
            let first = old.chars().count() as ffi::Py_ssize_t;
            for len in first + 1..2000 {
                // SAFETY: a reference of our own to a str of this width, which gets longer.
                assert_eq!(unsafe { resize(&mut object, width, len) }, 0);
                // SAFETY: a live str.
                assert_eq!(unsafe { ffi::PyUnicode_GET_LENGTH(object) }, len);
                // SAFETY: a live str of this width.
                let data = unsafe { width.data(object) };
                // SAFETY: as above.
                assert_eq!(data, unsafe { ffi::PyUnicode_DATA(object) }.cast());
                let bytes = width.size(1).unwrap() - width.size(0).unwrap();
                // SAFETY: behind the last character, within the object.
                let end = unsafe { data.add(len as usize * bytes) };
                for at in 0..bytes {
                    // SAFETY: a byte of the character that ends the text.
                    let byte = unsafe { end.add(at) };
                    // SAFETY: as above.
                    assert_eq!(unsafe { byte.read() }, 0);
                    // For the next one, which must write it again.
                    // SAFETY: as above; nobody else refers to the object.
                    unsafe { byte.write(b'x') };
                }
            }
            // The characters before are what they were.
            for (at, char) in old.chars().enumerate() {
                // SAFETY: within the str.
                let own = unsafe { ffi::PyUnicode_ReadChar(object, at as ffi::Py_ssize_t) };
                assert_eq!(own, u32::from(char));
            }
            // SAFETY: the reference that `object` is.
            unsafe { refcount::decref(object) };
        });
    }

    #[test]
    fn what_is_too_long_is_refused() {
        each(|text, width| {
            let py = text.py();
            let mut object = text.into_ptr();
            let before = object;
            let lens = [isize::MAX, isize::MAX - 1, isize::MAX / 2, isize::MAX / 4];
            // For the others there may be memory.
            let too_long = if cfg!(target_pointer_width = "64") {
                4
            } else {
                2
            };
            for len in lens.into_iter().take(too_long) {
                // SAFETY: a reference of our own to a str of this width, which would get longer.
                assert_eq!(unsafe { resize(&mut object, width, len) }, -1);
                assert!(crate::error::Raised::occurred(py).is_some());
                assert_eq!(object, before);
            }
            // SAFETY: the reference that `object` is.
            let text: Owned<'_, PyString> = unsafe { Owned::from_new_ptr(py, object) };
            assert!(TEXTS.contains(&text.to_str().unwrap()));
        });
    }
}
