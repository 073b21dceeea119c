//! Durations and points in time.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{ConversionError, FromPyObject, IntoPyObject, Refusal};
use crate::error::{PyOverflowError, PyResult, PyValueError, Raised};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{DateTimeApi, PyAny, PyDateTime, PyDelta};

const SECONDS_OF_A_DAY: i64 = 86_400;

/// The microseconds of a timedelta.
fn microseconds(delta: &Borrowed<'_, PyDelta>) -> i128 {
    let seconds = i64::from(delta.days()) * SECONDS_OF_A_DAY + i64::from(delta.seconds());
    i128::from(seconds) * 1_000_000 + i128::from(delta.microseconds())
}

fn duration_of(microseconds: u128) -> Duration {
    // A timedelta has less than 2^37 seconds.
    let seconds = (microseconds / 1_000_000) as u64;
    Duration::new(seconds, (microseconds % 1_000_000) as u32 * 1000)
}

/// A timedelta. `OverflowError` beyond a thousand million days.
#[cfg_attr(feature = "ledger", track_caller)]
fn delta_of<'py>(api: DateTimeApi<'py>, microseconds: i128) -> PyResult<'py, Owned<'py, PyDelta>> {
    const DAY: i128 = SECONDS_OF_A_DAY as i128 * 1_000_000;
    let (days, rest) = (microseconds.div_euclid(DAY), microseconds.rem_euclid(DAY));
    let Ok(days) = i32::try_from(days) else {
        return Err(api.py().raise::<PyOverflowError>(format_args!(
            "days={days}; must have magnitude <= 999999999"
        )));
    };
    api.timedelta(days, (rest / 1_000_000) as i32, (rest % 1_000_000) as i32)
}

/// From a `timedelta`. `ValueError` if it is negative.
impl<'py> FromPyObject<'_, 'py> for Duration {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        <&Borrowed<'py, PyDelta>>::expected(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let microseconds = microseconds(<&Borrowed<'py, PyDelta>>::from_py_object(object)?);
        match u128::try_from(microseconds) {
            Ok(microseconds) => Ok(duration_of(microseconds)),
            Err(_) => {
                let seconds = microseconds as f64 / 1e6;
                Err(Refusal::mismatch::<PyValueError>(
                    object.py(),
                    &"timedelta of 0 or more",
                    &format_args!("one of {seconds} seconds"),
                )
                .into())
            }
        }
    }
}

/// To a `timedelta`. Nanoseconds are cut off. `OverflowError` beyond 999,999,999 days.
impl<'py> IntoPyObject<'py> for Duration {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        // Fewer than 2^84.
        let microseconds = self.as_micros() as i128;
        delta_of(DateTimeApi::get(py)?, microseconds).map(Owned::into_any)
    }
}

/// Midnight before 1 January 1970, UTC.
#[cfg_attr(feature = "ledger", track_caller)]
fn epoch(api: DateTimeApi<'_>) -> PyResult<'_, Owned<'_, PyDateTime>> {
    api.datetime((1970, 1, 1), (0, 0, 0, 0), Some(api.utc()))
}

/// From a `datetime` with a time zone, whose `utcoffset` is called. `ValueError` if it has none: what time that is depends on
/// where the program runs. `OverflowError` if the system has no such time; what the time zone raises.
impl<'py> FromPyObject<'_, 'py> for SystemTime {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        <&Borrowed<'py, PyDateTime>>::expected(f)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let time = <&Borrowed<'py, PyDateTime>>::from_py_object(object)?;
        let py = object.py();
        if time.tzinfo().is_none() {
            let (expected, actual) = (&"datetime with a time zone", &"one without");
            return Err(Refusal::mismatch::<PyValueError>(py, expected, actual).into());
        }
        let since = time.sub(&*epoch(DateTimeApi::get(py)?)?)?;
        let microseconds = microseconds(since.cast::<PyDelta>().map_err(Raised::from)?);
        let distance = duration_of(microseconds.unsigned_abs());
        let time = match microseconds < 0 {
            true => UNIX_EPOCH.checked_sub(distance),
            false => UNIX_EPOCH.checked_add(distance),
        };
        time.ok_or_else(|| {
            let message = "the system has no such time";
            Refusal::new::<PyOverflowError>(py, message).into()
        })
    }
}

/// To a `datetime` in UTC. Nanoseconds are cut off, towards the past. `OverflowError` outside of the years 1 to 9999.
impl<'py> IntoPyObject<'py> for SystemTime {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        let nanoseconds = match self.duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_nanos() as i128,
            Err(error) => -(error.duration().as_nanos() as i128),
        };
        let api = DateTimeApi::get(py)?;
        epoch(api)?.add(&*delta_of(api, nanoseconds.div_euclid(1000))?)
    }
}
