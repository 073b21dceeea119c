//! Ints of one digit, read inline: from 3.12 on as in C's header (`PyUnstable_Long_IsCompact` and
//! `PyUnstable_Long_CompactValue`), before as in C's macros for ints of one digit (`longintrepr.h`).

use crate::ffi;
use crate::refs::Borrowed;
use crate::types::PyInt;

/// The layout from 3.12 on, which C's header reads in inline functions.
#[cfg(Py_3_12)]
#[repr(C)]
struct Layout {
    ob_base: ffi::PyObject,
    /// The number of digits is in the bits above the lowest three, the sign in the lowest two.
    lv_tag: usize,
    ob_digit: [u32; 1],
}

/// The layout up to 3.11.
#[cfg(not(Py_3_12))]
#[repr(C)]
struct Layout {
    /// Its size is the number of digits, below zero for negative ints.
    ob_base: ffi::PyVarObject,
    ob_digit: [u32; 1],
}

/// Tags of ints with at most one digit are smaller.
#[cfg(Py_3_12)]
const TWO_DIGITS: usize = 2 << 3;
#[cfg(Py_3_12)]
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
        // SAFETY: digits of 30 bits.
        unsafe { self.one_digit() }
    }

    /// # Safety
    /// The interpreter's digits have the size of an `u32`.
    #[cfg(Py_3_12)]
    #[inline(always)]
    unsafe fn one_digit(&self) -> Option<i64> {
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

    /// # Safety
    /// The interpreter's digits have the size of an `u32`.
    #[cfg(not(Py_3_12))]
    #[inline(always)]
    unsafe fn one_digit(&self) -> Option<i64> {
        let int = self.as_ptr().cast::<Layout>();
        // SAFETY: an int, which never changes; instances of subclasses begin in the same way.
        let size = unsafe { (*int).ob_base.ob_size };
        if !(-1..=1).contains(&size) {
            return None;
        }
        // Without a digit, there need not be room for one.
        if size == 0 {
            return Some(0);
        }
        // SAFETY: as above, and there is one digit.
        let digit = unsafe { (*int).ob_digit[0] };
        Some(size as i64 * i64::from(digit))
    }
}
