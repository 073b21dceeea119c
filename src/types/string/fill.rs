//! Writing text into a `str` that no other code knows of yet.

use std::{mem::MaybeUninit, slice};

use super::decode;
use super::storage::Width;

/// Writes `text`, which has `chars` characters, behind the first `at` ones.
///
/// # Safety
/// `data` is the address of the characters of a `str` of this width, at least `at + chars` of them; nothing
/// else refers to the object. `text` fits the width.
#[inline]
pub(super) unsafe fn write(data: *mut u8, width: Width, at: usize, text: &str, chars: usize) {
    match width {
        Width::Ascii | Width::Latin1 if chars == text.len() => {
            // SAFETY: the caller promises the room.
            let place = unsafe { data.add(at) };
            // SAFETY: ASCII text is stored as it is; the room is the caller's promise, and what nobody else refers to does not
            // overlap with a `&str`.
            unsafe { place.copy_from_nonoverlapping(text.as_ptr(), text.len()) }
        }
        Width::Ascii | Width::Latin1 => {
            // SAFETY: the caller's promise, with one byte for each character.
            let units = unsafe { room(data, at, chars) };
            let complete = decode::latin1(text.as_bytes(), units);
            debug_assert!(complete, "the text fits the width");
        }
        Width::Two => {
            // SAFETY: the caller's promise, with two bytes for each character.
            unsafe { fill(data.cast(), at, text, chars, |char| char as u16) }
        }
        Width::Four => {
            // SAFETY: the caller's promise, with four bytes for each character.
            unsafe { fill(data.cast(), at, text, chars, |char| char) }
        }
    }
}

/// Writes the characters of `bytes`, `chars` of them at most. Returns whether there are so many: `bytes` is UTF-8 then, and all
/// characters are written.
///
/// # Safety
/// `data` is the address of the characters of a `str` of this width, `chars` of them; nothing else refers to the object.
#[inline]
pub(super) unsafe fn write_checked(
    data: *mut u8,
    width: Width,
    bytes: &[u8],
    chars: usize,
) -> bool {
    match width {
        Width::Ascii | Width::Latin1 => {
            // SAFETY: the caller's promise, with one byte for each character.
            let units = unsafe { room(data, 0, chars) };
            decode::latin1(bytes, units)
        }
        Width::Two => {
            // SAFETY: the caller's promise, with two bytes for each character.
            let units = unsafe { room(data.cast(), 0, chars) };
            decode::checked(bytes, units, |char| char as u16)
        }
        Width::Four => {
            // SAFETY: the caller's promise, with four bytes for each character.
            let units = unsafe { room(data.cast(), 0, chars) };
            decode::checked(bytes, units, |char| char)
        }
    }
}

/// # Safety
/// As for [`write()`], with `Unit` as wide as the object's characters.
#[inline]
unsafe fn fill<Unit>(
    data: *mut Unit,
    at: usize,
    text: &str,
    chars: usize,
    unit: impl Fn(u32) -> Unit,
) {
    // SAFETY: the caller's promise.
    let units = unsafe { room(data, at, chars) };
    for (slot, char) in units.iter_mut().zip(text.chars()) {
        slot.write(unit(u32::from(char)));
    }
}

/// The memory of `chars` characters behind the first `at` ones.
///
/// # Safety
/// `data` is the address of the characters of a `str`, at least `at + chars` of them, each as wide as `Unit`; nothing else
/// refers to the object as long as the slice is used.
#[inline]
unsafe fn room<'a, Unit>(data: *mut Unit, at: usize, chars: usize) -> &'a mut [MaybeUninit<Unit>] {
    // SAFETY: the caller promises the room.
    let place = unsafe { data.add(at) };
    // SAFETY: room for the characters, which may be uninitialised, in an object that nothing else refers to.
    unsafe { slice::from_raw_parts_mut(place.cast::<MaybeUninit<Unit>>(), chars) }
}
