//! What the elements of a buffer can be, and cells to read them by.

use std::cell::UnsafeCell;
use std::ffi::CStr;
use std::fmt;

/// A type that a buffer's elements can be seen as.
///
/// # Safety
/// Any bits of that size are a value, there are no padding bytes, and `CODES` are those of the formats that
/// mean this kind of number; the size is compared besides.
pub unsafe trait BufferElement: Copy + 'static {
    /// Its name in messages.
    const NAME: &'static str;
    /// The letters of the module `struct` for this kind of number, of any size.
    const CODES: &'static [u8];
}

macro_rules! elements {
    ($($codes:literal: $($type:ty)*;)*) => { $( $(
        // SAFETY: a number, of which all bits count; the codes are those for its kind.
        unsafe impl BufferElement for $type {
            const NAME: &'static str = stringify!($type);
            const CODES: &'static [u8] = $codes;
        }
    )* )* };
}

elements! {
    b"bhilqn": i8 i16 i32 i64 isize;
    b"cBHILQN": u8 u16 u32 u64 usize;
    b"fd": f32 f64;
}

/// Whether a format is one such number, in this machine's byte order. The size is for the caller to
/// compare.
#[inline]
pub(super) fn is_native<T: BufferElement>(format: &CStr) -> bool {
    let code = match format.to_bytes() {
        [b'@' | b'=', code] | [code] => code,
        [b'<', code] if cfg!(target_endian = "little") || size_of::<T>() == 1 => code,
        [b'>' | b'!', code] if cfg!(target_endian = "big") || size_of::<T>() == 1 => code,
        _ => return false,
    };
    T::CODES.contains(code)
}

/// A value that can be read, and may change between two reads: a [`Cell`](std::cell::Cell) that is not
/// ours to write.
#[repr(transparent)]
pub struct ReadOnlyCell<T>(UnsafeCell<T>);

impl<T: Copy> ReadOnlyCell<T> {
    /// The value just now.
    #[inline(always)]
    pub fn get(&self) -> T {
        // SAFETY: nobody writes during this copy: the type is not `Sync`, and lent only where the GIL
        // keeps others from it.
        unsafe { *self.0.get() }
    }
}

impl<T: Copy + fmt::Debug> fmt::Debug for ReadOnlyCell<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
