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
/// Any keys, with their hashes before them: `DICT_KEYS_GENERAL`. (A third kind, `DICT_KEYS_SPLIT`, has the keys of `TEXT`, which
/// it shares, and keeps its values elsewhere: see [`shared`].)
#[cfg(Py_3_11)]
const GENERAL: u8 = 0;

/// What there is at a position.
pub(super) enum Entry {
    Item(Item),
    Deleted,
    End,
    /// The dict shares its keys, which [`shared`] is for.
    Shared,
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
        return Entry::Shared;
    }
    // SAFETY: as above.
    if position >= unsafe { (*keys).nentries } {
        return Entry::End;
    }
    // Of `GENERAL` and `TEXT`, without a branch.
    let words = 3 - isize::from(kind);
    // SAFETY: as above.
    let entries = unsafe { entries_of(keys) };
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

/// Where entries begin.
///
/// # Safety
/// Live keys, as expected.
#[inline(always)]
unsafe fn entries_of(keys: *const Keys) -> *const *mut ffi::PyObject {
    // SAFETY: a field that is never changed.
    let indices = 1 << unsafe { (*keys).log2_index_bytes };
    // SAFETY: the table of indices begins behind the fields.
    let table = unsafe { keys.add(1) }.cast::<u8>();
    // SAFETY: the entries begin behind the table.
    unsafe { table.add(indices) }.cast()
}

/// The item at a position of a dict that shares its keys with others of its class. The dict has an array of values, which
/// lie as the shared keys do, and says in which order it got them, a byte for each.
///
/// # Safety
/// As for [`entry`], which has said that the dict is of this kind.
#[inline(always)]
pub(super) unsafe fn shared(dict: *mut ffi::PyObject, position: isize) -> Option<Item> {
    let place = dict.cast::<ffi::PyDictObject>();
    // SAFETY: a field of a live dict, which nobody changes meanwhile.
    if position >= unsafe { (*place).ma_used } {
        return None;
    }
    // SAFETY: as above.
    let values: *const u8 = unsafe { (*place).ma_values }.cast();
    debug_assert!(!values.is_null());
    // SAFETY: the values of a live dict, which has one at this position.
    let (index, values) = unsafe { values_and_index(values, position) };
    // SAFETY: the caller's promise.
    let keys = unsafe { keys_of(dict) };
    // SAFETY: live keys.
    let entries = unsafe { entries_of(keys) };
    // SAFETY: the keys have an entry for each value: a key, and a value that nobody uses. Those that other dicts add
    // meanwhile, on free-threaded builds, come behind.
    let key = unsafe { entries.add(2 * index) };
    // SAFETY: initialised, as the key of each value that the dict has.
    let key = unsafe { key.read() };
    // SAFETY: the index of a value that the dict has.
    let value = unsafe { values.add(index) };
    // SAFETY: as above.
    let value = unsafe { value.read() };
    Some((key, value))
}

/// How many values there is room for, as `PyDictValues` says.
///
/// # Safety
/// Values of a live dict.
#[cfg(Py_3_13)]
#[inline(always)]
unsafe fn room(place: *const u8) -> usize {
    // SAFETY: the first field, a byte.
    usize::from(unsafe { place.read() })
}

/// The values and the index of the one at a position. Four bytes come first, then the values, and then the order.
///
/// # Safety
/// Values of a live dict, which has one at `position`.
#[cfg(Py_3_13)]
#[inline(always)]
unsafe fn values_and_index(
    place: *const u8,
    position: isize,
) -> (usize, *const *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    let capacity = unsafe { room(place) };
    // SAFETY: the values, which are aligned, follow the fields.
    let values = unsafe { place.add(size_of::<usize>()) }.cast::<*mut ffi::PyObject>();
    // SAFETY: the order follows the values.
    let order = unsafe { values.add(capacity) }.cast::<u8>();
    // SAFETY: the order has a byte for each value that there is.
    let index = unsafe { order.offset(position) };
    // SAFETY: as above.
    (usize::from(unsafe { index.read() }), values)
}

/// How many values there is room for, as far as the byte says that lies before them: what the order takes, too.
///
/// # Safety
/// As on later versions.
#[cfg(all(Py_3_11, not(Py_3_13)))]
#[inline(always)]
unsafe fn room(place: *const u8) -> usize {
    // SAFETY: two bytes lie before the values: the size of all that does, and how many values there are.
    let before = unsafe { place.sub(1) };
    // SAFETY: as above.
    usize::from(unsafe { before.read() }).saturating_sub(2)
}

/// The values and the index of the one at a position. The order comes before the values, from its end, and two bytes more.
///
/// # Safety
/// As on later versions.
#[cfg(not(Py_3_13))]
#[inline(always)]
unsafe fn values_and_index(
    place: *const u8,
    position: isize,
) -> (usize, *const *mut ffi::PyObject) {
    // SAFETY: the order has a byte for each value that there is.
    let index = unsafe { place.offset(-3 - position) };
    // SAFETY: as above.
    (usize::from(unsafe { index.read() }), place.cast())
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
