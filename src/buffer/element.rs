//! The types of a buffer's elements, and the cells that read them.

use std::cell::UnsafeCell;
use std::ffi::CStr;
use std::fmt;

/// A Rust type that the elements of a buffer can be read as.
///
/// # Safety
/// Every bit pattern is a value of the type, the type has no padding bytes, and each format of `CODES` means
/// this kind of number. (The size of an element is compared separately.)
pub unsafe trait BufferElement: Copy + 'static {
    /// The type's name in messages.
    const NAME: &'static str;
    /// The format characters of the module `struct` for this kind of number, of all sizes.
    const CODES: &'static [u8];
}

macro_rules! elements {
    ($($codes:literal: $($type:ty)*;)*) => { $( $(
        // SAFETY: a number without padding, for which every bit pattern is a value; the codes are those for
        // its kind.
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

/// Whether `format` is a single number of the kind of `T`, in this machine's byte order. The caller compares
/// the size.
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

/// Whether an element of this format has references to objects, alone (`O`) or among other fields. Names of
/// fields stand between colons.
#[inline]
pub(super) fn has_references(format: &CStr) -> bool {
    let mut in_name = false;
    format.to_bytes().iter().any(|&byte| {
        in_name ^= byte == b':';
        byte == b'O' && !in_name
    })
}

/// An element of a buffer. It can be read, and other code may change it between two reads.
///
/// It is no [`Cell`](std::cell::Cell), because C code such as `socket.recv_into` writes to the memory while
/// it has released the GIL, at any moment. Each [`get`](ReadOnlyCell::get) reads the memory once; read a
/// value that is used twice into a variable. For the same reason, loops over cells are not vectorised: if
/// that matters and no other code writes, use [`as_raw_slice`](super::PyBuffer::as_raw_slice).
#[repr(transparent)]
pub struct ReadOnlyCell<T>(UnsafeCell<T>);

impl<T: BufferElement> ReadOnlyCell<T> {
    /// Reads the value.
    #[inline(always)]
    pub fn get(&self) -> T {
        // SAFETY: an aligned element, for which every bit pattern is a value. Volatile, because code that
        // Rust does not know of may write to it: a value that is written in part is a value, too.
        unsafe { self.0.get().read_volatile() }
    }
}

/// An element of a buffer. It can be read and written, and other code may change it in between: see
/// [`ReadOnlyCell`].
#[repr(transparent)]
pub struct BufferCell<T>(ReadOnlyCell<T>);

impl<T: BufferElement> BufferCell<T> {
    /// Reads the value.
    #[inline(always)]
    pub fn get(&self) -> T {
        self.0.get()
    }

    /// Writes the value.
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
