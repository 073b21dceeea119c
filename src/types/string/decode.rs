//! UTF-8 as the characters of a `str`: how many there are, how wide they are, and the characters themselves.
//!
//! C's decoder makes a `str` of a guessed size, widens it when a wider character comes, and cuts it in the end. Here the
//! bytes are counted first, by blocks that the compiler turns into vector instructions: a `str` is made once, of its
//! final size, and filled in place.

use std::mem::MaybeUninit;

use super::storage::Width;

/// So many bytes are counted together. Their number fits the `u8` in which the compiler adds.
const BLOCK: usize = 32;

/// The width that UTF-8 needs, and its number of characters. Both are right if the bytes are UTF-8; otherwise no decoder
/// finds more characters than that.
#[inline]
pub(super) fn measure(bytes: &[u8]) -> (Width, usize) {
    match bytes.is_ascii() {
        true => (Width::Ascii, bytes.len()),
        false => measure_others(bytes),
    }
}

/// [`measure`] for what is not ASCII.
#[inline]
pub(super) fn measure_others(bytes: &[u8]) -> (Width, usize) {
    let (mut largest, mut later) = ([0; BLOCK], 0);
    let mut blocks = bytes.chunks_exact(BLOCK);
    for block in &mut blocks {
        let mut later_here = 0;
        for (largest, &byte) in largest.iter_mut().zip(block) {
            *largest = byte.max(*largest);
            later_here += u8::from(is_later(byte));
        }
        later += usize::from(later_here);
    }
    // The largest byte of UTF-8 text is the first byte of its largest character, and gives the width.
    let mut max = largest.into_iter().fold(0, u8::max);
    for &byte in blocks.remainder() {
        max = max.max(byte);
        later += usize::from(is_later(byte));
    }
    let width = match max {
        0xf0.. => Width::Four,
        0xc4.. => Width::Two,
        _ => Width::Latin1,
    };
    (width, bytes.len() - later)
}

/// Whether a byte is not the first of a character.
#[inline(always)]
fn is_later(byte: u8) -> bool {
    (0x80..0xc0).contains(&byte)
}

/// The bits of a byte that is not the first of a character.
#[inline(always)]
fn low(byte: u8) -> u32 {
    u32::from(byte & 0x3f)
}

/// Writes the characters of UTF-8 that [`measure`] calls Latin-1. `false`, if it is not UTF-8 or `out` is too short.
///
/// Most of such text is ASCII: eight bytes are copied together, up to the first that is not.
#[inline]
pub(super) fn latin1(mut bytes: &[u8], out: &mut [MaybeUninit<u8>]) -> bool {
    let mut at = 0;
    while let Some(word) = bytes.first_chunk() {
        let Some(room) = out[at..].first_chunk_mut() else {
            break;
        };
        *room = word.map(MaybeUninit::new);
        let others = u64::from_le_bytes(*word) & 0x8080_8080_8080_8080;
        if others == 0 {
            (bytes, at) = (&bytes[8..], at + 8);
            continue;
        }
        let ascii = (others.trailing_zeros() / 8) as usize;
        let [first, second, ref rest @ ..] = bytes[ascii..] else {
            return false;
        };
        if first & 0xfe != 0xc2 || !is_later(second) {
            return false;
        }
        room[ascii].write(first << 6 | second & 0x3f);
        (bytes, at) = (rest, at + ascii + 1);
    }
    checked(bytes, &mut out[at..], |char| char as u8)
}

/// Writes the characters of UTF-8 that may turn out to be none. `false`, if it is not UTF-8, or if `out`, which is to hold
/// the characters that [`measure`] has counted, is too short.
#[inline]
pub(super) fn checked<Unit>(
    mut bytes: &[u8],
    out: &mut [MaybeUninit<Unit>],
    unit: impl Fn(u32) -> Unit,
) -> bool {
    let mut slots = out.iter_mut();
    loop {
        let (char, rest) = match *bytes {
            [] => return slots.next().is_none(),
            [only @ ..0x80, ref rest @ ..] => (u32::from(only), rest),
            [first @ 0xc2..0xe0, second, ref rest @ ..] if is_later(second) => {
                (u32::from(first & 0x1f) << 6 | low(second), rest)
            }
            [first @ 0xe0..0xf0, second, third, ref rest @ ..]
                if is_later(second) && is_later(third) =>
            {
                let char = u32::from(first & 0xf) << 12 | low(second) << 6 | low(third);
                // Not shorter in fewer bytes, and no surrogate.
                if !matches!(char, 0x800..0xd800 | 0xe000..) {
                    return false;
                }
                (char, rest)
            }
            [first @ 0xf0..0xf5, second, third, fourth, ref rest @ ..]
                if is_later(second) && is_later(third) && is_later(fourth) =>
            {
                let (high, low) = (low(second) << 12 | low(third) << 6, low(fourth));
                let char = u32::from(first & 0x7) << 18 | high | low;
                if !matches!(char, 0x1_0000..0x11_0000) {
                    return false;
                }
                (char, rest)
            }
            _ => return false,
        };
        let Some(slot) = slots.next() else {
            return false;
        };
        slot.write(unit(char));
        bytes = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `checked` and `latin1` make of bytes, by the width that `measure` has found.
    fn decoded(bytes: &[u8]) -> Option<Vec<u32>> {
        fn all<Unit: Copy + Into<u32>>(
            chars: usize,
            fill: impl Fn(&mut [MaybeUninit<Unit>]) -> bool,
        ) -> Option<Vec<u32>> {
            let mut out: Vec<MaybeUninit<Unit>> = Vec::new();
            out.resize(chars, MaybeUninit::uninit());
            // SAFETY: all were written, or the result is `false`.
            let read = |unit: &MaybeUninit<Unit>| unsafe { unit.assume_init() }.into();
            fill(&mut out).then(|| out.iter().map(read).collect())
        }
        match measure(bytes) {
            (Width::Ascii | Width::Latin1, chars) => all::<u8>(chars, |out| latin1(bytes, out)),
            (Width::Two, chars) => all::<u16>(chars, |out| checked(bytes, out, |char| char as u16)),
            (Width::Four, chars) => all::<u32>(chars, |out| checked(bytes, out, |char| char)),
        }
    }

    /// What std makes of them.
    fn by_std(bytes: &[u8]) -> Option<Vec<u32>> {
        let text = std::str::from_utf8(bytes).ok()?;
        Some(text.chars().map(u32::from).collect())
    }

    #[test]
    fn texts_are_measured() {
        let cases = [
            ("", Width::Ascii, 0),
            ("a\u{7f}", Width::Ascii, 2),
            ("a\u{80}", Width::Latin1, 2),
            ("\u{ff}", Width::Latin1, 1),
            ("\u{bf}\u{100}", Width::Two, 2),
            ("\u{7ff}\u{800}x", Width::Two, 3),
            ("\u{ffff}", Width::Two, 1),
            ("\u{10000}", Width::Four, 1),
            ("\u{10ffff}\u{e9}", Width::Four, 2),
        ];
        for (text, width, chars) in cases {
            assert_eq!(measure(text.as_bytes()), (width, chars), "{text:?}");
        }
        // Every character, at the width at which it alone would be stored.
        for char in '\0'..=char::MAX {
            let mut bytes = [0; 4];
            let (width, chars) = measure(char.encode_utf8(&mut bytes).as_bytes());
            let narrower = [Width::Ascii, Width::Latin1, Width::Two, Width::Four];
            let expected = narrower
                .into_iter()
                .find(|width| u32::from(char) <= width.max_char());
            assert_eq!((Some(width), chars), (expected, 1), "{char:?}");
        }
    }

    #[test]
    fn each_short_sequence_is_read_as_std_reads_it() {
        for first in 0..=u8::MAX {
            assert_eq!(decoded(&[first]), by_std(&[first]), "{first:x}");
            for second in 0..=u8::MAX {
                let two = [first, second];
                assert_eq!(decoded(&two), by_std(&two), "{two:x?}");
                for third in [0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc3] {
                    let three = [first, second, third];
                    assert_eq!(decoded(&three), by_std(&three), "{three:x?}");
                    for fourth in [0x80, 0xc2] {
                        let four = [first, second, third, fourth];
                        assert_eq!(decoded(&four), by_std(&four), "{four:x?}");
                    }
                }
            }
        }
    }

    #[test]
    fn each_character_is_read_wherever_it_stands() {
        for char in ('\0'..=char::MAX).step_by(61) {
            for before in [0, 3, 31] {
                let text = format!("{}{char}{}", "x".repeat(before), "\u{e9}y".repeat(9));
                assert_eq!(decoded(text.as_bytes()), by_std(text.as_bytes()), "{text}");
            }
        }
    }

    #[test]
    fn texts_cut_or_changed_anywhere_are_read_as_std_reads_them() {
        for text in [
            "Die Gr\u{f6}\u{df}e der Stra\u{df}e \u{fc}berraschte den m\u{fc}den K\u{e4}ufer, fr\u{fc}h schon.",
            "\u{3b1}\u{3b2}\u{3b3} \u{3b4}\u{3b5}, \u{4e2d}\u{6587}\u{5b57}\u{7b26} and \u{1f40d}\u{1f980} at the end \u{20ac}\u{e9}",
        ] {
            let bytes = text.as_bytes();
            for start in 0..bytes.len() {
                for end in start..=bytes.len() {
                    let part = &bytes[start..end];
                    assert_eq!(decoded(part), by_std(part), "{part:x?}");
                }
            }
            for at in 0..bytes.len() {
                for other in [
                    0x00, 0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xc3, 0xc4, 0xe0, 0xed, 0xf0, 0xf4, 0xff,
                ] {
                    let mut changed = bytes.to_vec();
                    changed[at] = other;
                    assert_eq!(decoded(&changed), by_std(&changed), "{changed:x?}");
                }
            }
        }
    }
}
