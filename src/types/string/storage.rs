//! The characters inside a `str` object, as `PyUnicode_New` lays them out.

use crate::error::{PyResult, Raised};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::PyString;

/// How a `str` stores its characters: each in 1, 2 or 4 bytes, the smallest number that suffices for all of
/// them. ASCII and other Latin-1 text both take one byte for a character, but their headers differ in size.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Width {
    Ascii,
    Latin1,
    Two,
    Four,
}

impl Width {
    /// The largest character that fits: the argument `maxchar` of `PyUnicode_New`.
    #[inline]
    pub(super) fn max_char(self) -> ffi::Py_UCS4 {
        match self {
            Width::Ascii => 0x7f,
            Width::Latin1 => 0xff,
            Width::Two => 0xffff,
            Width::Four => 0x10_ffff,
        }
    }

    /// The address of the characters in an object that was made with this width: behind its header.
    ///
    /// # Safety
    /// `object` is a live `str` for which [`of_exact`](Width::of_exact) gave this width, or one that
    /// `PyUnicode_New` or `PyUnicode_Resize` made with it.
    #[inline(always)]
    pub(super) unsafe fn data(self, object: *mut ffi::PyObject) -> *mut u8 {
        // SAFETY: the characters are part of the object.
        unsafe { object.cast::<u8>().add(self.header()) }
    }

    #[inline]
    const fn header(self) -> usize {
        match self {
            Width::Ascii => size_of::<ffi::PyASCIIObject>(),
            _ => size_of::<ffi::PyCompactUnicodeObject>(),
        }
    }

    /// The size in bytes of an object of this width and `len` characters; `None` on overflow.
    #[inline(always)]
    pub(super) fn size(self, len: ffi::Py_ssize_t) -> Option<usize> {
        let characters = (len as usize + 1).checked_mul(self.bytes())?;
        characters.checked_add(self.header())
    }

    /// The size of a character in bytes.
    #[inline(always)]
    const fn bytes(self) -> usize {
        match self {
            Width::Ascii | Width::Latin1 => 1,
            Width::Two => 2,
            Width::Four => 4,
        }
    }

    /// Writes the zero that ends the text, behind `len` characters.
    ///
    /// # Safety
    /// `data` is the address of the characters of a `str` of this width, with room for the zero; nothing else
    /// refers to the object.
    #[inline(always)]
    pub(super) unsafe fn terminate(self, data: *mut u8, len: usize) {
        // SAFETY: the caller's promise.
        let end = unsafe { data.add(len * self.bytes()) };
        match self {
            // SAFETY: room for a character, aligned as characters are.
            Width::Ascii | Width::Latin1 => unsafe { end.write(0) },
            // SAFETY: as above.
            Width::Two => unsafe { end.cast::<u16>().write(0) },
            // SAFETY: as above.
            Width::Four => unsafe { end.cast::<u32>().write(0) },
        }
    }

    /// The width and the number of an object's characters, if it is exactly a `str` with its characters
    /// behind the header, which every `str` has since 3.12.
    #[inline]
    pub(super) fn of_exact(object: &Borrowed<'_, PyString>) -> Option<(Width, usize)> {
        let object = object.as_ptr();
        // SAFETY: a live object; its type is read.
        if unsafe { ffi::PyUnicode_CheckExact(object) } == 0 {
            return None;
        }
        // Instances of `str` with another layout come from functions that 3.12 has removed.
        #[cfg(not(Py_3_12))]
        {
            // SAFETY: a live str.
            let ready = unsafe { ffi::PyUnicode_IS_READY(object) } != 0;
            // SAFETY: as above.
            let compact = unsafe { ffi::PyUnicode_IS_COMPACT(object) } != 0;
            if !ready || !compact {
                return None;
            }
        }
        // SAFETY: exactly a str, with its characters behind the header.
        let ascii = unsafe { is_ascii(object) };
        let width = match ascii {
            true => Width::Ascii,
            // SAFETY: as above.
            false => match unsafe { ffi::PyUnicode_KIND(object) } {
                ffi::PyUnicode_2BYTE_KIND => Width::Two,
                ffi::PyUnicode_4BYTE_KIND => Width::Four,
                _ => Width::Latin1,
            },
        };
        // SAFETY: as above.
        let len = unsafe { ffi::PyUnicode_GET_LENGTH(object) };
        Some((width, len as usize))
    }
}

/// Whether an object is marked as ASCII.
///
/// # Safety
/// A live object that is exactly a `str` and has its characters behind the header.
#[inline]
unsafe fn is_ascii(object: *mut ffi::PyObject) -> bool {
    #[cfg(not(Py_3_14))]
    // SAFETY: the caller's promise.
    return unsafe { ffi::PyUnicode_IS_ASCII(object) } != 0;
    #[cfg(Py_3_14)]
    if KNOWS_FLAGS {
        // SAFETY: the caller's promise.
        unsafe { has_flags(object, ASCII) }
    } else {
        // The header is the short one for ASCII.
        // SAFETY: the caller's promise.
        let data = unsafe { ffi::PyUnicode_DATA(object) };
        data.addr() - object.addr() == Width::Ascii.header()
    }
}

/// Whether an object has ASCII characters behind the short header. `false` may also mean that this cannot be told here.
///
/// # Safety
/// A live `str`, also an instance of a subclass.
#[inline]
pub(super) unsafe fn is_compact_ascii(object: *mut ffi::PyObject) -> bool {
    #[cfg(not(Py_3_14))]
    // SAFETY: the caller's promise.
    return unsafe { ffi::PyUnicode_IS_COMPACT_ASCII(object) } != 0;
    #[cfg(Py_3_14)]
    if KNOWS_FLAGS {
        // SAFETY: the caller's promise.
        unsafe { has_flags(object, COMPACT | ASCII) }
    } else {
        // SAFETY: as above; what is exactly a `str` has its characters behind the header since 3.12.
        let is_exact = unsafe { ffi::PyUnicode_CheckExact(object) } != 0;
        // SAFETY: as above.
        is_exact && unsafe { is_ascii(object) }
    }
}

/// Whether the state of a `str` is laid out as below. On Windows, compilers begin a new word where a bit field of another
/// type begins, as on free-threaded builds.
#[cfg(Py_3_14)]
const KNOWS_FLAGS: bool = cfg!(all(
    target_endian = "little",
    not(all(windows, Py_GIL_DISABLED))
));

/// Flags in the state of a `str`. pyo3-ffi does not give access to them any more. Their place in the bit field depends on
/// the compiler in theory, but all compilers of these platforms agree. They never change, unlike the byte before
/// them on free-threaded builds.
#[cfg(Py_3_14)]
const COMPACT: u8 = if cfg!(Py_GIL_DISABLED) {
    1 << 3
} else {
    1 << 5
};
#[cfg(Py_3_14)]
const ASCII: u8 = COMPACT << 1;

/// # Safety
/// A live `str`.
#[cfg(Py_3_14)]
#[inline]
unsafe fn has_flags(object: *mut ffi::PyObject, flags: u8) -> bool {
    let at = usize::from(cfg!(Py_GIL_DISABLED));
    // SAFETY: the address of a field of a live str.
    let state = unsafe { &raw const (*object.cast::<ffi::PyASCIIObject>()).state };
    // SAFETY: a byte within the field.
    let byte = unsafe { state.cast::<u8>().add(at) };
    // SAFETY: as above, and no code writes to it at the same time: with a GIL this thread has it.
    unsafe { byte.read() & flags == flags }
}

/// A new `str` of `capacity` characters: the first `len` are copied from `old`, and the others are
/// uninitialised. A new reference, the only one.
///
/// # Errors
/// `MemoryError`.
///
/// # Safety
/// `old` has at least `len` characters, none wider than `width`; `capacity` is not less than `len`, and not
/// 0.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) unsafe fn longer<'py>(
    old: &Borrowed<'py, PyString>,
    len: usize,
    capacity: ffi::Py_ssize_t,
    width: Width,
) -> PyResult<'py, Owned<'py, PyString>> {
    // SAFETY: attached; the length is not negative.
    let new = unsafe { ffi::PyUnicode_New(capacity, width.max_char()) };
    // SAFETY: a new reference, or NULL with an exception set.
    let new: Owned<'_, PyString> = unsafe { Owned::from_new_ptr_or_raised(old.py(), new)? };
    let len = len as ffi::Py_ssize_t;
    // SAFETY: two live strs; the new one is long and wide enough, by the caller's promise, and nothing else
    // refers to it.
    let copied = unsafe { ffi::PyUnicode_CopyCharacters(new.as_ptr(), 0, old.as_ptr(), 0, len) };
    match copied {
        0.. => Ok(new),
        _ => Err(Raised::set(old.py())),
    }
}

/// The sum of two lengths as a `Py_ssize_t`. A sum that is too large becomes one that C refuses.
#[inline]
pub(super) fn sum(one: usize, other: usize) -> ffi::Py_ssize_t {
    one.checked_add(other)
        .and_then(|sum| ffi::Py_ssize_t::try_from(sum).ok())
        .unwrap_or(ffi::Py_ssize_t::MAX)
}
