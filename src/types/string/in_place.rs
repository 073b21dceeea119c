//! Another length for a `str` that nobody else can see, without leaving its memory if that has room.
//!
//! `PyUnicode_Resize` asks twice whether the object may change, divides to see whether the length fits, and
//! writes the head of the object anew: more than the allocator does when the block has room. What is left
//! of that is here, for builds whose layout is known and the case that it is made for; all else is C's.

use std::ffi::c_int;

use super::storage::Width;
use crate::{ffi, refcount};

/// Where the layout of the object is the header's, down to the bits. Debug builds check and record more.
const BY_OURSELVES: bool = cfg!(all(
    target_pointer_width = "64",
    target_endian = "little",
    not(windows),
    not(py_sys_config = "Py_DEBUG"),
    not(py_sys_config = "Py_REF_DEBUG"),
    not(py_sys_config = "Py_TRACE_REFS")
));

/// In the object's state: how it is interned, 0 being not at all.
const INTERNED: u32 = 0b11;

/// Replaces the reference by one to a `str` of `len` characters and the same width, of which those up to the
/// old length are the same: itself, moved if need be, if nobody else can see it, otherwise a copy. The
/// answer is 0, or -1 with an exception set: then the reference is what it was.
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
            // SAFETY: nobody else can see the object, which has no memory but its block; it gets larger.
            return unsafe { reallocate(object, width, len, size) };
        }
    }
    // SAFETY: an owned reference to a str.
    unsafe { ffi::PyUnicode_Resize(object, len) }
}

/// Whether an object is what most are that are appended to: unseen by all others, and never hashed, interned
/// or encoded. What `PyUnicode_Resize` asks, and that there is nothing to do but to change the length.
///
/// # Safety
/// As for [`resize`]; the layout is known.
#[inline(always)]
unsafe fn is_plain(object: *mut ffi::PyObject, width: Width) -> bool {
    // SAFETY: a live object, to which the caller owns a reference.
    let unique = unsafe { refcount::is_unique(object) };
    // A tracer is told of each object that moves, by C.
    unique && !ffi::references_are_traced() && {
        let head = object.cast::<ffi::PyASCIIObject>();
        // SAFETY: a live str, which nobody else can see.
        let hash = unsafe { (*head).hash };
        // SAFETY: as above.
        let state = unsafe { (*head).state };
        // SAFETY: as above.
        hash == -1 && state & INTERNED == 0 && unsafe { has_one_block(object, width) }
    }
}

/// Whether an object has no copy of its text in another encoding, which a change would leave behind.
///
/// # Safety
/// As for [`is_plain`], and nobody else can see the object.
#[inline(always)]
unsafe fn has_one_block(object: *mut ffi::PyObject, width: Width) -> bool {
    // SAFETY: a live str, which nobody else can see.
    #[cfg(not(Py_3_12))]
    if !unsafe { (*object.cast::<ffi::PyASCIIObject>()).wstr }.is_null() {
        return false;
    }
    // ASCII is UTF-8, and has no field for it.
    // SAFETY: a live str with the longer header, which nobody else can see.
    width == Width::Ascii
        || unsafe { (*object.cast::<ffi::PyCompactUnicodeObject>()).utf8 }.is_null()
}

/// See [`resize`].
///
/// # Safety
/// As there. [`is_plain`] is true, and `size` is what the longer object needs.
#[inline(always)]
unsafe fn reallocate(
    object: &mut *mut ffi::PyObject,
    width: Width,
    len: ffi::Py_ssize_t,
    size: usize,
) -> c_int {
    // SAFETY: a block from `PyObject_Malloc`, which `PyUnicode_New` calls, as `PyUnicode_Resize` calls this.
    // There is one reference to it, the caller's, and no other pointer that anyone may use: other threads
    // that find an old one in a list or dict look at the counts alone, of which the allocator takes care.
    let new = unsafe { ffi::PyObject_Realloc((*object).cast(), size) };
    if new.is_null() {
        // The old block is as it was.
        // SAFETY: attached.
        unsafe { ffi::PyErr_NoMemory() };
        return -1;
    }
    // The head came along with the rest: one reference, which is this thread's, and the type.
    *object = new.cast();
    // SAFETY: the field of a live str that nobody else can see.
    unsafe { (*new.cast::<ffi::PyASCIIObject>()).length = len };
    // SAFETY: as above, with this width.
    let data = unsafe { width.data(*object) };
    // SAFETY: there is room for the character that ends the text, behind `len` others.
    unsafe { width.terminate(data, len as usize) };
    0
}

#[cfg(test)]
mod tests {
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
                    (Width::measure(text).0, text.chars().count()),
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
            let wide = cfg!(not(Py_3_12)) && width == Width::Four;
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
            for len in [isize::MAX, isize::MAX - 1, isize::MAX / 2, isize::MAX / 4] {
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
