//! `Duration` and `SystemTime`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pyptr::IntoPyObject;
use pyptr::types::{PyDateTime, PyDelta};

use super::{error, eval, message, repr, wrong_type};
use crate::common::attached;
// What it returns is taken out of the namespace: no collector sees a cycle through a `datetime`.
use crate::python::run;

const IMPORT: &str = "import datetime as d\n";

#[test]
fn durations_round_trip() {
    attached(|py| {
        let delta =
            |arguments: &str| run(py, &format!("{IMPORT}result = d.timedelta({arguments})"));
        for (arguments, duration) in [
            ("0", Duration::ZERO),
            ("microseconds=1", Duration::from_micros(1)),
            (
                "seconds=59, microseconds=999999",
                Duration::new(59, 999_999_000),
            ),
            ("days=1, seconds=1", Duration::from_secs(86_401)),
            (
                "days=999999999, hours=23, minutes=59, seconds=59, microseconds=999999",
                Duration::new(86_399_999_999_999, 999_999_000),
            ),
        ] {
            let delta = delta(arguments);
            assert_eq!(
                delta.extract::<Duration>().unwrap(),
                duration,
                "{arguments}"
            );
            let made = duration.into_py_object(py).unwrap();
            assert!(made.cast_exact::<PyDelta>().is_ok());
            assert!(made.eq(&delta).unwrap(), "{arguments}");
        }
        // Cut off, not rounded.
        assert_eq!(
            repr(py, Duration::from_nanos(1_999)),
            "datetime.timedelta(microseconds=1)"
        );
        let subclass = run(
            py,
            &format!("{IMPORT}class D(d.timedelta): pass\nresult = D(2)"),
        );
        assert_eq!(
            subclass.extract::<Duration>().unwrap(),
            Duration::from_secs(2 * 86_400)
        );
    });
}

#[test]
fn durations_that_are_none() {
    attached(|py| {
        for other in ["1", "1.5", "None", "__import__('datetime').time(1)"] {
            assert_eq!(
                wrong_type::<Duration>(&eval(py, other)),
                "timedelta",
                "{other}"
            );
        }
        let negative = run(
            py,
            &format!("{IMPORT}result = d.timedelta(microseconds=-1500000)"),
        );
        assert_eq!(
            error::<Duration>(&negative),
            "ValueError: expected timedelta of 0 or more, got one of -1.5 seconds"
        );
        let large = Duration::from_secs(86_400 * 1_000_000_000)
            .into_py_object(py)
            .unwrap_err();
        assert!(message(large).ends_with("must have magnitude <= 999999999"));
        let large = Duration::MAX.into_py_object(py).unwrap_err();
        let text = message(large);
        assert!(text.starts_with("OverflowError: days="), "{text}");
    });
}

#[test]
fn times_round_trip() {
    attached(|py| {
        let time = |arguments: &str, zone: &str| {
            let code = format!("{IMPORT}result = d.datetime({arguments}, tzinfo={zone})");
            run(py, &code)
        };
        let utc = "d.timezone.utc";
        for (arguments, time_of) in [
            ("1970, 1, 1", UNIX_EPOCH),
            (
                "1970, 1, 1, 0, 0, 0, 1",
                UNIX_EPOCH + Duration::from_micros(1),
            ),
            (
                "1969, 12, 31, 23, 59, 59, 999999",
                UNIX_EPOCH - Duration::from_micros(1),
            ),
            (
                "2024, 2, 29, 12, 30, 15, 250000",
                UNIX_EPOCH + Duration::new(1_709_209_815, 250_000_000),
            ),
            (
                "9999, 12, 31, 23, 59, 59",
                UNIX_EPOCH + Duration::from_secs(253_402_300_799),
            ),
        ] {
            let object = time(arguments, utc);
            assert_eq!(
                object.extract::<SystemTime>().unwrap(),
                time_of,
                "{arguments}"
            );
            let made = time_of.into_py_object(py).unwrap();
            assert!(made.cast_exact::<PyDateTime>().is_ok());
            assert!(made.eq(&object).unwrap(), "{arguments}");
            assert!(
                made.getattr(c"tzinfo")
                    .unwrap()
                    .eq(&eval(py, "__import__('datetime').timezone.utc"))
                    .unwrap()
            );
        }
        // Of another zone, and the second of two equal times.
        let east = time("1970, 1, 1, 2", "d.timezone(d.timedelta(hours=2))");
        assert_eq!(east.extract::<SystemTime>().unwrap(), UNIX_EPOCH);
        let fold = "
class Zone(d.tzinfo):
    def utcoffset(self, time): return d.timedelta(hours=1 if time.fold else 2)
    def dst(self, time): return None
result = d.datetime(1970, 1, 1, 2, tzinfo=Zone(), fold=1)";
        let fold = run(py, &format!("{IMPORT}{fold}"));
        assert_eq!(
            fold.extract::<SystemTime>().unwrap(),
            UNIX_EPOCH + Duration::from_secs(3600)
        );
        // Nanoseconds are cut off, towards the past.
        let late = (UNIX_EPOCH + Duration::from_nanos(1_999))
            .into_py_object(py)
            .unwrap();
        assert_eq!(
            late.getattr(c"microsecond")
                .unwrap()
                .extract::<u32>()
                .unwrap(),
            1
        );
        // A step of the clock of Windows.
        let early = (UNIX_EPOCH - Duration::from_nanos(100))
            .into_py_object(py)
            .unwrap();
        assert_eq!(early.str().unwrap(), "1969-12-31 23:59:59.999999+00:00");
    });
}

#[test]
fn times_that_are_none() {
    attached(|py| {
        for other in [
            "0",
            "0.0",
            "None",
            "__import__('datetime').date(1970, 1, 1)",
        ] {
            assert_eq!(
                wrong_type::<SystemTime>(&eval(py, other)),
                "datetime",
                "{other}"
            );
        }
        let naive = run(py, &format!("{IMPORT}result = d.datetime(1970, 1, 1)"));
        assert_eq!(
            error::<SystemTime>(&naive),
            "ValueError: expected datetime with a time zone, got one without"
        );
        let zone = |body: &str| {
            let code = format!(
                "{IMPORT}class Zone(d.tzinfo):\n    def utcoffset(self, time): {body}\nresult = d.datetime(1970, 1, 1, tzinfo=Zone())"
            );
            error::<SystemTime>(&run(py, &code))
        };
        assert_eq!(zone("raise KeyError('k')"), "KeyError: 'k'");
        assert!(zone("return None").starts_with("TypeError: can't subtract"));
        assert!(zone("return 5").starts_with("TypeError: "));
        let hostile = run(
            py,
            &format!(
                "{IMPORT}class T(d.datetime):\n    def __sub__(self, other): return 5\nresult = T(1970, 1, 1, tzinfo=d.timezone.utc)"
            ),
        );
        assert_eq!(
            error::<SystemTime>(&hostile),
            "TypeError: expected timedelta, got int"
        );
        let late = UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        let text = message(late.into_py_object(py).unwrap_err());
        assert_eq!(text, "OverflowError: date value out of range");
    });
}
