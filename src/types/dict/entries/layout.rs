//! How a dict keeps its items, on the versions that are known, and whether it does in this process.
//!
//! `pycore_dict.h` has had the same layout from 3.11 to 3.15; but that header is CPython's own, and a later release of
//! the same version may change what is in it. So dicts of all kinds are made and looked at before the layout is relied
//! on.

#[cfg(Py_3_11)]
mod check;

#[cfg(Py_3_11)]
pub(super) use check::is_known;

use crate::ffi;
#[cfg(not(Py_3_11))]
use crate::refs::Python;

/// A key and its value, both borrowed from the dict.
pub(in crate::types::dict) type Item = (*mut ffi::PyObject, *mut ffi::PyObject);

/// `PyDictKeysObject`. A table of indices follows, and then the entries.
#[repr(C)]
#[derive(Debug, PartialEq)]
struct Keys {
    refcnt: isize,
    log2_size: u8,
    /// The size of the table of indices, in bytes.
    log2_index_bytes: u8,
    kind: u8,
    // On free-threaded builds a lock of one byte lies here, where others have padding.
    version: u32,
    usable: isize,
    /// How many entries there are, with those deleted.
    nentries: isize,
}

/// The kind of keys that are exact strs, which know their hashes: `DICT_KEYS_UNICODE`. An entry is a key and a value.
#[cfg(Py_3_11)]
const TEXT: u8 = 1;
/// Any keys, with their hashes before them: `DICT_KEYS_GENERAL`. (A third kind shares its keys, and keeps its values elsewhere.)
#[cfg(Py_3_11)]
const GENERAL: u8 = 0;

/// What there is at a position.
pub(super) enum Entry {
    Item(Item),
    Deleted,
    End,
    /// The dict has keys of another kind.
    OtherKind,
}

/// # Safety
/// `dict` is a live dict, this thread holds the GIL, or has the dict locked, and dicts are as expected. `position` is
/// not negative.
#[inline(always)]
pub(super) unsafe fn entry(dict: *mut ffi::PyObject, position: isize) -> Entry {
    // SAFETY: the caller's promise.
    let keys = unsafe { keys_of(dict) };
    // SAFETY: a field of live keys, which nobody changes meanwhile.
    let kind = unsafe { (*keys).kind };
    if kind > 1 {
        return Entry::OtherKind;
    }
    // SAFETY: as above.
    if position >= unsafe { (*keys).nentries } {
        return Entry::End;
    }
    // Of `GENERAL` and `TEXT`, without a branch.
    let words = 3 - isize::from(kind);
    // SAFETY: as above.
    let indices = 1 << unsafe { (*keys).log2_index_bytes };
    // SAFETY: the table of indices begins behind the fields.
    let table = unsafe { keys.add(1) }.cast::<u8>();
    // SAFETY: the entries begin behind the table.
    let entries = unsafe { table.add(indices) }.cast::<*mut ffi::PyObject>();
    // SAFETY: there is an entry at each position below the number of them, and this is where it ends.
    let end = unsafe { entries.offset((position + 1) * words) };
    // SAFETY: within the entry, the last words of which are the key and the value.
    let key = unsafe { end.sub(2) };
    // SAFETY: as above.
    let value = unsafe { end.sub(1) };
    // SAFETY: initialised, as all below the number of entries.
    let key = unsafe { key.read() };
    // SAFETY: as above.
    let value = unsafe { value.read() };
    match value.is_null() {
        true => Entry::Deleted,
        false => Entry::Item((key, value)),
    }
}

/// # Safety
/// `dict` is a live dict, and this thread holds the GIL, or has the dict locked.
#[inline(always)]
unsafe fn keys_of(dict: *mut ffi::PyObject) -> *const Keys {
    // SAFETY: a field of a live dict, which nobody changes meanwhile.
    unsafe { (*dict.cast::<ffi::PyDictObject>()).ma_keys.cast() }
}

/// Whether dicts are as expected. On other versions they are not.
#[cfg(not(Py_3_11))]
#[inline]
pub(super) fn is_known(_py: Python<'_>) -> bool {
    false
}
