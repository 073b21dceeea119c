//! The types of the module `datetime`, by its C API.

mod api;
mod kinds;
mod make;

pub use api::DateTimeApi;
pub use kinds::{PyDate, PyDateTime, PyDelta, PyTime, PyTzInfo};

use crate::ffi;
use crate::refs::Borrowed;

/// # Methods of date
///
/// Of a `datetime`, too, which derefs to it.
impl Borrowed<'_, PyDate> {
    /// The year, 1 to 9999. O(1), cannot fail.
    #[doc(alias = "PyDateTime_GET_YEAR")]
    #[inline]
    pub fn year(&self) -> u16 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_GET_YEAR(self.as_ptr()) };
        value as u16
    }

    /// The month, 1 to 12. O(1), cannot fail.
    #[doc(alias = "PyDateTime_GET_MONTH")]
    #[inline]
    pub fn month(&self) -> u8 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_GET_MONTH(self.as_ptr()) };
        value as u8
    }

    /// The day, 1 to 31. O(1), cannot fail.
    #[doc(alias = "PyDateTime_GET_DAY")]
    #[inline]
    pub fn day(&self) -> u8 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_GET_DAY(self.as_ptr()) };
        value as u8
    }
}

/// # Methods of datetime
impl<'py> Borrowed<'py, PyDateTime> {
    /// The hour, 0 to 23. O(1), cannot fail.
    #[doc(alias = "PyDateTime_DATE_GET_HOUR")]
    #[inline]
    pub fn hour(&self) -> u8 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_DATE_GET_HOUR(self.as_ptr()) };
        value as u8
    }

    /// The minute, 0 to 59. O(1), cannot fail.
    #[doc(alias = "PyDateTime_DATE_GET_MINUTE")]
    #[inline]
    pub fn minute(&self) -> u8 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_DATE_GET_MINUTE(self.as_ptr()) };
        value as u8
    }

    /// The second, 0 to 59. O(1), cannot fail.
    #[doc(alias = "PyDateTime_DATE_GET_SECOND")]
    #[inline]
    pub fn second(&self) -> u8 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_DATE_GET_SECOND(self.as_ptr()) };
        value as u8
    }

    /// The microsecond, 0 to 999999. O(1), cannot fail.
    #[doc(alias = "PyDateTime_DATE_GET_MICROSECOND")]
    #[inline]
    pub fn microsecond(&self) -> u32 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_DATE_GET_MICROSECOND(self.as_ptr()) };
        value as u32
    }

    /// Whether this is the second of two equal local times, when the clock is set back.
    #[doc(alias = "PyDateTime_DATE_GET_FOLD")]
    #[inline]
    pub fn fold(&self) -> bool {
        // SAFETY: a live datetime.
        unsafe { ffi::PyDateTime_DATE_GET_FOLD(self.as_ptr()) != 0 }
    }

    /// The time zone, borrowed from the object, which never changes it; `None` if there is none.
    #[doc(alias = "PyDateTime_DATE_GET_TZINFO")]
    #[inline]
    pub fn tzinfo(&self) -> Option<&Borrowed<'py, PyTzInfo>> {
        // SAFETY: a live datetime; the result is a tzinfo that it keeps alive, or `None`.
        let tzinfo = unsafe { ffi::PyDateTime_DATE_GET_TZINFO(self.as_ptr()) };
        if tzinfo == self.py().none().as_ptr() {
            return None;
        }
        // SAFETY: as above. No Python code can assign it, so that it lives as long as the object, which `self` borrows.
        Some(unsafe { Borrowed::from_ptr(self.py(), tzinfo) })
    }
}

/// # Methods of time
impl<'py> Borrowed<'py, PyTime> {
    /// The hour, 0 to 23. O(1), cannot fail.
    #[doc(alias = "PyDateTime_TIME_GET_HOUR")]
    #[inline]
    pub fn hour(&self) -> u8 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_TIME_GET_HOUR(self.as_ptr()) };
        value as u8
    }

    /// The minute, 0 to 59. O(1), cannot fail.
    #[doc(alias = "PyDateTime_TIME_GET_MINUTE")]
    #[inline]
    pub fn minute(&self) -> u8 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_TIME_GET_MINUTE(self.as_ptr()) };
        value as u8
    }

    /// The second, 0 to 59. O(1), cannot fail.
    #[doc(alias = "PyDateTime_TIME_GET_SECOND")]
    #[inline]
    pub fn second(&self) -> u8 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_TIME_GET_SECOND(self.as_ptr()) };
        value as u8
    }

    /// The microsecond, 0 to 999999. O(1), cannot fail.
    #[doc(alias = "PyDateTime_TIME_GET_MICROSECOND")]
    #[inline]
    pub fn microsecond(&self) -> u32 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_TIME_GET_MICROSECOND(self.as_ptr()) };
        value as u32
    }

    /// Whether this is the second of two equal local times, when the clock is set back.
    #[doc(alias = "PyDateTime_TIME_GET_FOLD")]
    #[inline]
    pub fn fold(&self) -> bool {
        // SAFETY: a live time.
        unsafe { ffi::PyDateTime_TIME_GET_FOLD(self.as_ptr()) != 0 }
    }

    /// The time zone, borrowed from the object, which never changes it; `None` if there is none.
    #[doc(alias = "PyDateTime_TIME_GET_TZINFO")]
    #[inline]
    pub fn tzinfo(&self) -> Option<&Borrowed<'py, PyTzInfo>> {
        // SAFETY: a live time; the result is a tzinfo that it keeps alive, or `None`.
        let tzinfo = unsafe { ffi::PyDateTime_TIME_GET_TZINFO(self.as_ptr()) };
        if tzinfo == self.py().none().as_ptr() {
            return None;
        }
        // SAFETY: as above. No Python code can assign it, so that it lives as long as the object, which `self` borrows.
        Some(unsafe { Borrowed::from_ptr(self.py(), tzinfo) })
    }
}

/// # Methods of timedelta
impl Borrowed<'_, PyDelta> {
    /// The days, negative for a negative delta. O(1), cannot fail.
    #[doc(alias = "PyDateTime_DELTA_GET_DAYS")]
    #[inline]
    pub fn days(&self) -> i32 {
        // SAFETY: a live object of this kind, whose numbers never change.
        unsafe { ffi::PyDateTime_DELTA_GET_DAYS(self.as_ptr()) }
    }

    /// The seconds beyond the days, 0 to 86399. O(1), cannot fail.
    #[doc(alias = "PyDateTime_DELTA_GET_SECONDS")]
    #[inline]
    pub fn seconds(&self) -> u32 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_DELTA_GET_SECONDS(self.as_ptr()) };
        value as u32
    }

    /// The microseconds beyond the seconds, 0 to 999999. O(1), cannot fail.
    #[doc(alias = "PyDateTime_DELTA_GET_MICROSECONDS")]
    #[inline]
    pub fn microseconds(&self) -> u32 {
        // SAFETY: a live object of this kind, whose numbers never change.
        let value = unsafe { ffi::PyDateTime_DELTA_GET_MICROSECONDS(self.as_ptr()) };
        value as u32
    }
}
