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

/// A value in a buffer that can be read, and may change between two reads.
///
/// Not a [`Cell`](std::cell::Cell): C code such as `socket.recv_into` writes to memory while it has given up the
/// GIL, at any moment. So each [`get`](ReadOnlyCell::get) reads the memory, once; what is to be the same in two
/// places has to be read into a variable. Loops over cells are not vectorised for that reason: where it counts,
/// and nobody writes, there is [`as_raw_slice`](super::PyBuffer::as_raw_slice).
#[repr(transparent)]
pub struct ReadOnlyCell<T>(UnsafeCell<T>);

impl<T: BufferElement> ReadOnlyCell<T> {
    /// The value just now.
    #[inline(always)]
    pub fn get(&self) -> T {
        // SAFETY: an aligned value, any bits of which are one. Volatile, as others may write it that Rust knows
        // nothing of: what they have written in part is a value, too.
        unsafe { self.0.get().read_volatile() }
    }
}

/// A value in a buffer that can be read and written, and may change in between: see [`ReadOnlyCell`].
#[repr(transparent)]
pub struct BufferCell<T>(ReadOnlyCell<T>);

impl<T: BufferElement> BufferCell<T> {
    /// The value just now.
    #[inline(always)]
    pub fn get(&self) -> T {
        self.0.get()
    }

    /// Changes the value.
    #[inline(always)]
    pub fn set(&self, value: T) {
        let place = self.0.0.get();
        // SAFETY: as for reading; the memory may be written to, and no reference to the value is ever made.
        unsafe { place.write_volatile(value) }
    }
}

impl<T: BufferElement + fmt::Debug> fmt::Debug for ReadOnlyCell<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl<T: BufferElement + fmt::Debug> fmt::Debug for BufferCell<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

static_assertions::assert_not_impl_any!(ReadOnlyCell<u8>: Sync, Clone);
static_assertions::assert_not_impl_any!(BufferCell<u8>: Sync, Clone);
