//! Ints of one digit, read inline as in C's header since 3.12: `PyUnstable_Long_IsCompact` and
//! `PyUnstable_Long_CompactValue`.

use crate::ffi;
use crate::refs::Borrowed;
use crate::types::PyInt;

/// The layout from 3.12 on, which C's header reads in inline functions.
#[repr(C)]
struct Layout {
    ob_base: ffi::PyObject,
    /// The number of digits is in the bits above the lowest three, the sign in the lowest two.
    lv_tag: usize,
    ob_digit: [u32; 1],
}

/// Tags of ints with at most one digit are smaller.
const TWO_DIGITS: usize = 2 << 3;
const SIGN: usize = 3;

impl<'py> Borrowed<'py, PyInt> {
    /// The value of an int of at most one digit. `None` for others, which a function of C's reads.
    #[inline(always)]
    pub(super) fn compact(&self) -> Option<i64> {
        // SAFETY: a static of C's, the fields of which do not change.
        let digit = unsafe { ffi::PyLong_Type.tp_itemsize };
        // Interpreters can be built with digits of 15 bits.
        if digit as usize != size_of::<u32>() {
            return None;
        }
        let int = self.as_ptr().cast::<Layout>();
        // SAFETY: an int, which never changes; instances of subclasses begin in the same way.
        let tag = unsafe { (*int).lv_tag };
        if tag >= TWO_DIGITS {
            return None;
        }
        // SAFETY: as above; there is room for one digit in all of them. For 0 the digit does not matter,
        // because the sign is 0.
        let digit = unsafe { (*int).ob_digit[0] };
        Some((1 - (tag & SIGN) as i64) * i64::from(digit))
    }
}
