//! Making dates and times.

use std::ffi::c_int;
use std::ptr;

use super::{DateTimeApi, PyDate, PyDateTime, PyDelta, PyTime, PyTzInfo};
use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyFloat, PyString, PyTuple};

/// The number as a C int. One that does not fit becomes a value that is out of every range.
#[inline]
fn number(value: impl TryInto<c_int>) -> c_int {
    value.try_into().unwrap_or(c_int::MAX)
}

impl<'py> DateTimeApi<'py> {
    /// A new `date`.
    ///
    /// # Errors
    /// `ValueError` if the date does not exist, `MemoryError`.
    #[doc(alias = "PyDate_FromDate")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn date(self, year: u16, month: u8, day: u8) -> PyResult<'py, Owned<'py, PyDate>> {
        let kind = self.api.DateType;
        // SAFETY: attached; the type is the one that the table names.
        let result =
            unsafe { (self.api.Date_FromDate)(year.into(), month.into(), day.into(), kind) };
        // SAFETY: a new reference to a date, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// A new `datetime` of `(year, month, day)` and `(hour, minute, second, microsecond)`. The time zone is
    /// borrowed: the object takes its own reference.
    ///
    /// # Errors
    /// `ValueError` if the date or time does not exist, `MemoryError`.
    #[doc(alias = "PyDateTime_FromDateAndTime")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn datetime(
        self,
        date: (u16, u8, u8),
        time: (u8, u8, u8, u32),
        tzinfo: Option<&Borrowed<'_, PyTzInfo>>,
    ) -> PyResult<'py, Owned<'py, PyDateTime>> {
        self.datetime_with_fold(date, time, tzinfo, false)
    }

    /// [`datetime`](DateTimeApi::datetime) with the attribute `fold`: true for the second of two equal local
    /// times, when the clock is set back.
    ///
    /// # Errors
    /// As for the function without `fold`.
    #[doc(alias = "PyDateTime_FromDateAndTimeAndFold")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn datetime_with_fold(
        self,
        (year, month, day): (u16, u8, u8),
        (hour, minute, second, microsecond): (u8, u8, u8, u32),
        tzinfo: Option<&Borrowed<'_, PyTzInfo>>,
        fold: bool,
    ) -> PyResult<'py, Owned<'py, PyDateTime>> {
        let kind = self.api.DateTimeType;
        let tzinfo = or_none(self.py(), tzinfo);
        // SAFETY: attached; a tzinfo or `None`, borrowed for the call; the type is the table's.
        let result = unsafe {
            (self.api.DateTime_FromDateAndTimeAndFold)(
                year.into(),
                month.into(),
                day.into(),
                hour.into(),
                minute.into(),
                second.into(),
                number(microsecond),
                tzinfo,
                fold.into(),
                kind,
            )
        };
        // SAFETY: a new reference to a datetime, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// A new `time` of `(hour, minute, second, microsecond)`. The time zone is borrowed: the object takes its
    /// own reference.
    ///
    /// # Errors
    /// `ValueError` if the time does not exist, `MemoryError`.
    #[doc(alias = "PyTime_FromTime")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn time(
        self,
        time: (u8, u8, u8, u32),
        tzinfo: Option<&Borrowed<'_, PyTzInfo>>,
    ) -> PyResult<'py, Owned<'py, PyTime>> {
        self.time_with_fold(time, tzinfo, false)
    }

    /// [`time`](DateTimeApi::time) with the attribute `fold`: true for the second of two equal local times,
    /// when the clock is set back.
    ///
    /// # Errors
    /// As for the function without `fold`.
    #[doc(alias = "PyTime_FromTimeAndFold")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn time_with_fold(
        self,
        (hour, minute, second, microsecond): (u8, u8, u8, u32),
        tzinfo: Option<&Borrowed<'_, PyTzInfo>>,
        fold: bool,
    ) -> PyResult<'py, Owned<'py, PyTime>> {
        let kind = self.api.TimeType;
        let tzinfo = or_none(self.py(), tzinfo);
        // SAFETY: attached; a tzinfo or `None`, borrowed for the call; the type is the table's.
        let result = unsafe {
            (self.api.Time_FromTimeAndFold)(
                hour.into(),
                minute.into(),
                second.into(),
                number(microsecond),
                tzinfo,
                fold.into(),
                kind,
            )
        };
        // SAFETY: a new reference to a time, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `date.fromtimestamp(seconds)`: the local date. A new reference.
    ///
    /// # Errors
    /// `OverflowError` or `OSError` if the system's C library cannot convert the time, `ValueError` for a NaN
    /// or a year outside of 1 to 9999.
    #[doc(alias = "PyDate_FromTimestamp")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn date_from_timestamp(self, seconds: f64) -> PyResult<'py, Owned<'py, PyDate>> {
        let seconds = PyFloat::new(self.py(), seconds)?.into_any();
        let (kind, args) = (
            self.api.DateType,
            PyTuple::from_owned(self.py(), [seconds])?,
        );
        // SAFETY: attached; the type is the one that the table names; a live tuple, borrowed for the call.
        let result = unsafe { (self.api.Date_FromTimestamp)(kind.cast(), args.as_ptr()) };
        // SAFETY: a new reference to a date, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `datetime.fromtimestamp(seconds, tzinfo)`: the time in that time zone; local time without one. A new
    /// reference; the time zone is borrowed: the object takes its own reference.
    ///
    /// # Errors
    /// `OverflowError` or `OSError` if the system's C library cannot convert the time, `ValueError` for a NaN
    /// or a year outside of 1 to 9999; what the time zone raises, and `TypeError` if its `fromutc` returns no
    /// `datetime`.
    #[doc(alias = "PyDateTime_FromTimestamp")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn datetime_from_timestamp(
        self,
        seconds: f64,
        tzinfo: Option<&Borrowed<'py, PyTzInfo>>,
    ) -> PyResult<'py, Owned<'py, PyDateTime>> {
        let seconds = PyFloat::new(self.py(), seconds)?.into_any();
        let zone = match tzinfo {
            Some(zone) => zone.new_ref().into_any(),
            None => self.py().none().new_ref().into_any(),
        };
        let args = PyTuple::from_owned(self.py(), [seconds, zone])?;
        let (kind, args, none) = (self.api.DateTimeType.cast(), args.as_ptr(), ptr::null_mut());
        // SAFETY: attached; the type is the one that the table names; a live tuple, borrowed for the call.
        let result = unsafe { (self.api.DateTime_FromTimestamp)(kind, args, none) };
        // SAFETY: a new reference to whatever the zone's `fromutc` returns, or NULL with an exception set.
        let time: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr_or_raised(self.py(), result)? };
        Ok(time.cast_into()?)
    }

    /// A new `timedelta`: the sum of the parts, each of which may be negative or exceed its usual range.
    ///
    /// # Errors
    /// `OverflowError` if the sum has more than 999,999,999 days, `MemoryError`.
    #[doc(alias = "PyDelta_FromDSU")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn timedelta(
        self,
        days: i32,
        seconds: i32,
        microseconds: i32,
    ) -> PyResult<'py, Owned<'py, PyDelta>> {
        let kind = self.api.DeltaType;
        // SAFETY: attached; the type is the one that the table names; the parts are to be normalised.
        let result = unsafe { (self.api.Delta_FromDelta)(days, seconds, microseconds, 1, kind) };
        // SAFETY: a new reference to a timedelta, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `timezone(offset, name)`: a time zone with a fixed offset from UTC and an optional name. A new
    /// reference; both are borrowed: the object takes its own references.
    ///
    /// # Errors
    /// `ValueError` if the offset is not less than a day, `MemoryError`.
    #[doc(alias = "PyTimeZone_FromOffset")]
    #[doc(alias = "PyTimeZone_FromOffsetAndName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn timezone(
        self,
        offset: &Borrowed<'_, PyDelta>,
        name: Option<&Borrowed<'_, PyString>>,
    ) -> PyResult<'py, Owned<'py, PyTzInfo>> {
        let name = name.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: a live timedelta, and a live str or NULL, borrowed for the call.
        let result = unsafe { (self.api.TimeZone_FromTimeZone)(offset.as_ptr(), name) };
        // SAFETY: a new reference to a tzinfo, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// UTC. Borrowed: the API's table keeps the object alive, and is never released.
    #[doc(alias = "PyDateTime_TimeZone_UTC")]
    #[inline]
    pub fn utc(self) -> &'py Borrowed<'py, PyTzInfo> {
        // SAFETY: the table's reference to a tzinfo, which is never released.
        unsafe { Borrowed::from_ptr(self.py(), self.api.TimeZone_UTC) }
    }
}

#[inline]
fn or_none(py: Python<'_>, tzinfo: Option<&Borrowed<'_, PyTzInfo>>) -> *mut ffi::PyObject {
    tzinfo.map_or(py.none().as_ptr(), Borrowed::as_ptr)
}
