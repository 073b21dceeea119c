//! Arguments that are no objects.

use std::ffi::CStr;
use std::ptr;

use pyptr::types::*;

/// A type with some values to choose from.
pub trait Plain: Copy {
    fn pick(turn: u64) -> Self;
}

macro_rules! plain {
    ($($kind:ty: $($value:expr),+;)*) => { $(
        impl Plain for $kind {
            fn pick(turn: u64) -> $kind {
                let values: &[$kind] = &[$($value),+];
                values[turn as usize % values.len()]
            }
        }
    )* };
}

plain! {
    usize: 0, 1, 2, 3, 7, usize::MAX, isize::MAX as usize, 1 << 31;
    isize: 0, 1, -1, 2, 7, isize::MAX, isize::MIN, i32::MIN as isize;
    u64: 0, 1, 1 << 33, u64::MAX;
    i64: 0, 1, -1, i64::MAX, i64::MIN;
    i128: 0, 1, -1, i128::MAX, i128::MIN;
    u128: 0, 1, u128::MAX;
    u32: 0, 1, 2, 10, 16, 36, u32::MAX;
    i32: 0, 1, -1, 2, 4, i32::MAX, i32::MIN;
    u16: 0, 1, 2000, u16::MAX;
    u8: 0, 1, 9, 59, u8::MAX;
    f64: 0.0, 1.5, -1e300, f64::NAN, f64::INFINITY;
    bool: true, false;
    char: 'a', '\0', '\u{1f40d}';
    &'static str: "text", "", "a\0b", "\u{1f40d}";
    &'static CStr: c"text", c"", c"__class__", c"__dict__", c"item", c"utf-8", c"strict", c"\xff";
    &'static [u8]: b"bytes", b"", b"\xff\0";
    CompareOp: CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge;
    ByteOrder: ByteOrder::Little, ByteOrder::Big;
    CompileMode: CompileMode::Eval, CompileMode::File;
}

impl<T: Plain> Plain for Option<T> {
    fn pick(turn: u64) -> Option<T> {
        (turn % 5 != 0).then(|| T::pick(turn / 5))
    }
}

impl<T> Plain for *mut T {
    fn pick(_: u64) -> *mut T {
        ptr::null_mut()
    }
}

impl<A: Plain, B: Plain, C: Plain> Plain for (A, B, C) {
    fn pick(turn: u64) -> (A, B, C) {
        (A::pick(turn), B::pick(turn / 3), C::pick(turn / 7))
    }
}

impl<A: Plain, B: Plain, C: Plain, D: Plain> Plain for (A, B, C, D) {
    fn pick(turn: u64) -> (A, B, C, D) {
        let (a, b, c) = Plain::pick(turn);
        (a, b, c, D::pick(turn / 11))
    }
}
