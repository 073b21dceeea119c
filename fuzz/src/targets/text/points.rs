//! Code points.

use crate::input::Input;

/// Some code points. Those of all widths occur, and lone surrogates.
pub fn points(input: &mut Input<'_>) -> Vec<u32> {
    let len = input.below(24);
    (0..len).map(|_| point(input)).collect()
}

fn point(input: &mut Input<'_>) -> u32 {
    match input.byte() {
        ascii @ ..0x80 => ascii.into(),
        0x80..0xa0 => 0x80 + u32::from(input.byte() & 0x7f),
        0xa0..0xd0 => u32::from(input.u16()).max(0x100),
        0xd0..0xd8 => 0xd800 + u32::from(input.u16() & 0x7ff),
        _ => 0x1_0000 + (u32::from(input.u16()) << 4 | u32::from(input.byte() & 15)),
    }
}

/// The same without surrogates.
pub fn rust_text(input: &mut Input<'_>) -> String {
    points(input)
        .into_iter()
        .filter_map(char::from_u32)
        .collect()
}

/// As a `String`; `None` if there are surrogates.
pub fn to_text(points: &[u32]) -> Option<String> {
    points.iter().map(|&point| char::from_u32(point)).collect()
}
