//! The types of `datetime`.

use pyptr::Borrowed;
use pyptr::error::{PyOverflowError, PyTypeError, PyValueError};
use pyptr::types::{
    DateTimeApi, PyAny, PyDate, PyDateTime, PyDelta, PyList, PyTime, PyType, PyTzInfo,
};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn dates() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let date = api.date(2024, 2, 29).unwrap();
        assert_eq!(
            (date.year(), date.month(), date.day(), date.refcount()),
            (2024, 2, 29, 1)
        );
        assert!(api.date(2023, 2, 29).unwrap_err().is::<PyValueError>());
        assert!(api.date(0, 1, 1).unwrap_err().is::<PyValueError>());
        assert!(date.cast::<PyDateTime>().is_err() && date.cast_exact::<PyDate>().is_ok());
    });
}

#[test]
fn a_datetime_takes_a_reference_to_its_zone() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let offset = api.timedelta(0, 5400, 0).unwrap();
        let zone = api.timezone(&offset, None).unwrap();
        let make = || {
            api.datetime((1999, 12, 31), (23, 59, 58, 999_999), Some(&zone))
                .unwrap()
        };
        assert_eq!(
            (delta_while_held(&zone, make), delta_after_drop(&zone, make)),
            (1, 0)
        );
        let moment = make();
        assert_eq!(
            (moment.year(), moment.month(), moment.day()),
            (1999, 12, 31)
        );
        assert_eq!(
            (
                moment.hour(),
                moment.minute(),
                moment.second(),
                moment.microsecond()
            ),
            (23, 59, 58, 999_999)
        );
        assert_eq!(delta_while_held(&zone, || moment.tzinfo()), 0);
        assert_eq!(
            delta_while_held(&zone, || moment.tzinfo().unwrap().to_owned()),
            1
        );
        assert!(moment.tzinfo().unwrap().is(&zone) && !moment.fold());
        let fail = || {
            let wrong = api.datetime((1999, 12, 31), (24, 0, 0, 0), Some(&zone));
            assert!(wrong.unwrap_err().is::<PyValueError>());
            let wrong = api.datetime((1999, 12, 31), (0, 0, 0, u32::MAX), Some(&zone));
            assert!(wrong.unwrap_err().is::<PyValueError>());
            let wrong = api.datetime_with_fold((1999, 2, 29), (0, 0, 0, 0), Some(&zone), true);
            assert!(wrong.unwrap_err().is::<PyValueError>());
            let wrong = api.time_with_fold((0, 0, 60, 0), Some(&zone), true);
            assert!(wrong.unwrap_err().is::<PyValueError>());
        };
        assert_eq!(delta_after_drop(&zone, fail), 0);
        let later = api
            .datetime_with_fold((1999, 1, 1), (0, 0, 0, 0), None, true)
            .unwrap();
        assert!(later.fold() && later.tzinfo().is_none());
        assert!(later.cast::<PyDate>().is_ok() && later.cast_exact::<PyDate>().is_err());
    });
}

#[test]
fn times() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let time = api.time((1, 2, 3, 4), Some(api.utc())).unwrap();
        assert_eq!(
            (
                time.hour(),
                time.minute(),
                time.second(),
                time.microsecond()
            ),
            (1, 2, 3, 4)
        );
        assert!(time.tzinfo().unwrap().is(api.utc()) && !time.fold());
        let bare = api.time_with_fold((1, 2, 3, 4), None, true).unwrap();
        assert!(bare.tzinfo().is_none() && bare.fold());
        assert!(
            api.time((0, 60, 0, 0), None)
                .unwrap_err()
                .is::<PyValueError>()
        );
        assert!(time.cast::<PyTime>().is_ok() && time.cast::<PyDateTime>().is_err());
    });
}

#[test]
fn deltas_and_zones() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let delta = api.timedelta(1, -1, 1_000_001).unwrap();
        assert_eq!(
            (delta.days(), delta.seconds(), delta.microseconds()),
            (1, 0, 1)
        );
        let negative = api.timedelta(0, 0, -1).unwrap();
        assert_eq!(
            (negative.days(), negative.seconds(), negative.microseconds()),
            (-1, 86_399, 999_999)
        );
        assert!(
            api.timedelta(i32::MAX, 0, 0)
                .unwrap_err()
                .is::<PyOverflowError>()
        );
        let hour = api.timedelta(0, 3600, 0).unwrap();
        let name = fresh_str(py, "name");
        let make = || api.timezone(&hour, Some(&name)).unwrap();
        assert_eq!(
            (delta_while_held(&name, make), delta_after_drop(&name, make)),
            (1, 0)
        );
        assert_eq!(
            (delta_while_held(&hour, make), delta_after_drop(&hour, make)),
            (1, 0)
        );
        let day = api.timedelta(1, 0, 0).unwrap();
        let fail = || {
            assert!(
                api.timezone(&day, Some(&name))
                    .unwrap_err()
                    .is::<PyValueError>()
            )
        };
        assert_eq!((delta_after_drop(&day, fail), name.refcount()), (0, 1));
        assert!(make().cast::<PyTzInfo>().is_ok() && day.cast::<PyDelta>().is_ok());
        assert_eq!(shown(api.utc()), "datetime.timezone.utc");
    });
}

/// Every kind of class: derived in C, in Python, once and twice, from several bases, with slots, without; and classes
/// that only look like one. `isinstance` of the class itself says what is right.
#[test]
fn every_class_is_told() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            r"
import datetime, enum, collections, decimal
from datetime import date, datetime as moment, time, timedelta, tzinfo, timezone
class Mixin: pass
class Slots: __slots__ = ()
class Zone: pass
class D1(date): pass
class D2(D1): pass
class D3(Mixin, D2): __slots__ = ('x',)
class D4(Slots, date): __slots__ = ()
class M1(moment): pass
class M2(Mixin, M1): pass
class T1(Mixin, time): pass
class T2(T1): pass
class L1(timedelta): pass
class L2(Mixin, L1): pass
class Z1(tzinfo): pass
class Z2(Mixin, tzinfo): pass
class Z3(int, tzinfo): pass
class Z4(date, tzinfo): pass
class I(int): pass
class S(str): pass
class E(enum.IntEnum): A = 1
N = collections.namedtuple('N', 'a')
class Meta(type):
    def mro(cls): return [cls, Mixin, object]
class Hidden(date, metaclass=type('Shown', (type,), {'mro': lambda cls: type.mro(cls)[::1]})): pass
class Odd(metaclass=Meta): pass
class Liar:
    @property
    def __class__(self): return date
class Later(D1): pass
later = Later(2001, 2, 3)
Later.__bases__ = (D2,)
objects = [
    D1(2000, 1, 2), D2(2000, 1, 2), D3(2000, 1, 2), D4(2000, 1, 2), M1(2000, 1, 2), M2(2000, 1, 2), T1(1), T2(1), L1(1), L2(1),
    Z1(), Z2(), Z3(), Z4(2000, 1, 2), I(), S(), E.A, N(1), Odd(), Hidden(2000, 1, 2), Liar(), later, Mixin(), Slots(), object(),
    date(2000, 1, 2), moment(2000, 1, 2), time(1), timedelta(1), timezone.utc, None, True, 1, 1.5, 'a', b'a', [], {}, (), set(),
    ValueError(), date, type, Meta, len, (x for x in ()), decimal.Decimal(1), datetime, enum, E, N,
]
",
        );
        let objects = eval(&ns, "objects").cast_into::<PyList>().unwrap();
        let classes = eval(&ns, "[date, moment, time, timedelta, tzinfo]");
        let classes = classes.cast_into::<PyList>().unwrap();
        let type_is = |object: &Borrowed<'_, PyAny>, class: usize| {
            let class = classes.get(class).unwrap();
            let class = class.cast::<PyType>().unwrap();
            (
                object.type_of().is_subtype(class),
                object.type_of().is(class),
            )
        };
        for object in objects.iter() {
            let told = [
                (
                    object.cast::<PyDate>().is_ok(),
                    object.cast_exact::<PyDate>().is_ok(),
                ),
                (
                    object.cast::<PyDateTime>().is_ok(),
                    object.cast_exact::<PyDateTime>().is_ok(),
                ),
                (
                    object.cast::<PyTime>().is_ok(),
                    object.cast_exact::<PyTime>().is_ok(),
                ),
                (
                    object.cast::<PyDelta>().is_ok(),
                    object.cast_exact::<PyDelta>().is_ok(),
                ),
                (
                    object.cast::<PyTzInfo>().is_ok(),
                    object.cast_exact::<PyTzInfo>().is_ok(),
                ),
            ];
            for (class, told) in told.into_iter().enumerate() {
                assert_eq!(
                    told,
                    type_is(&object, class),
                    "{} {class}",
                    object.type_name()
                );
            }
        }
    });
}

/// Nothing in Python takes away the zone that a datetime or a time lends.
#[test]
fn a_zone_stays() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            r"
import copy, gc, pickle
from datetime import datetime, time, timedelta, timezone, tzinfo
class Moment(datetime):
    pass
zone = timezone(timedelta(seconds=3661))
other = timezone.utc
moments = [datetime(2000, 1, 2, tzinfo=zone), Moment(2000, 1, 2, tzinfo=zone), time(1, tzinfo=zone)]
def attack(object):
    kind = type(object)
    for name in ('tzinfo', '_tzinfo', 'hastzinfo'):
        for change in (setattr, object.__class__.__setattr__):
            try: change(object, name, other)
            except (AttributeError, TypeError): pass
        try: delattr(object, name)
        except (AttributeError, TypeError): pass
    for call in (
        lambda: object.__init__(2001, 1, 1, tzinfo=other), lambda: object.__init__(1, tzinfo=other),
        lambda: object.__setstate__(object.__reduce__()[1]), lambda: object.__setstate__((bytes(10), other)),
        lambda: kind.__dict__['tzinfo'].__set__(object, other), lambda: object.__clear__(),
        lambda: object.replace(tzinfo=other), lambda: object.astimezone(other), lambda: copy.copy(object),
        lambda: pickle.loads(pickle.dumps(object)), lambda: gc.get_referents(object), lambda: object.__dict__.clear(),
    ):
        try: call()
        except Exception: pass
    gc.collect()
",
        );
        let zone = eval(&ns, "zone");
        let attack = eval(&ns, "attack");
        for moment in eval(&ns, "moments").cast_into::<PyList>().unwrap().iter() {
            let lent = match moment.cast::<PyDateTime>() {
                Ok(moment) => moment.tzinfo(),
                Err(_) => moment.cast::<PyTime>().unwrap().tzinfo(),
            };
            attack.call([&moment]).unwrap();
            assert!(lent.unwrap().is(&zone));
        }
    });
}

/// A `mro` that names a class with other fields is refused by CPython, which the test of a type relies on.
#[test]
fn no_class_hides_its_fields() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "from datetime import date, time\nclass D(date): pass\nclass T(time): pass\nclass Mixin: pass",
        );
        for code in [
            "class X(metaclass=type('M', (type,), {'mro': lambda cls: [cls, date, object]})): pass",
            "class X(date, time): pass",
            "class X(date, int): pass",
            "class X(Mixin): pass\nX.__bases__ = (date,)",
            "class X(D): pass\nX.__bases__ = (T,)",
            "Mixin().__class__ = D",
        ] {
            let code =
                format!("refused = False\ntry:\n exec({code:?})\nexcept TypeError: refused = True");
            exec(&ns, &code);
            assert!(eval(&ns, "refused").is(py.bool(true)), "{code}");
        }
    });
}

#[test]
fn what_python_makes_is_told() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import datetime\nclass D(datetime.date): pass\nd = D(2000, 1, 2)",
        );
        let date = eval(&ns, "d").cast_into::<PyDate>().unwrap();
        assert_eq!(date.day(), 2);
        assert!(date.cast_exact::<PyDate>().is_err());
        let error = py.none().cast::<PyDateTime>().unwrap_err().to_string();
        assert_eq!(error, "expected datetime, got NoneType");
    });
}

#[test]
fn times_by_timestamps() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let utc = api.utc();
        let time = api.datetime_from_timestamp(86_400.5, Some(utc)).unwrap();
        assert_eq!(
            time.str().unwrap().to_str().unwrap(),
            "1970-01-02 00:00:00.500000+00:00"
        );
        let local = api.datetime_from_timestamp(86_400.0 * 10.0, None).unwrap();
        assert!(local.getattr(c"tzinfo").unwrap().is_none());
        let day = api.date_from_timestamp(86_400.0 * 10.5).unwrap();
        assert_eq!(shown(&day.getattr(c"year").unwrap()), "1970");
        assert!(
            api.date_from_timestamp(f64::NAN)
                .unwrap_err()
                .is::<PyValueError>()
        );
        let far = api.datetime_from_timestamp(1e300, None).unwrap_err();
        assert!(far.is::<PyOverflowError>());
        assert_eq!((time.refcount(), day.refcount()), (1, 1));
    });
}

/// The zone's `fromutc` makes the result.
#[test]
fn a_zone_that_makes_no_datetime() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let ns = namespace(py);
        exec(
            &ns,
            "import datetime
class Zone(datetime.tzinfo):
    def fromutc(self, moment): return self.make(moment)
class Moment(datetime.datetime): pass
def zone(made):
    zone = Zone()
    zone.make = lambda moment: made
    return zone
many = [bytearray(b'no datetime'), datetime.date(2000, 1, 2), None, datetime.datetime]
moment = Moment(2000, 1, 2)",
        );
        let make = |code: &str| {
            let zone = eval(&ns, code).cast_into::<PyTzInfo>().unwrap();
            api.datetime_from_timestamp(0.5, Some(&zone))
        };
        let first = eval(&ns, "many[0]");
        let fail = || {
            for code in ["many[0]", "many[1]", "many[2]", "many[3]"] {
                let error = make(&format!("zone({code})")).unwrap_err();
                assert!(error.is::<PyTypeError>(), "{code}");
            }
        };
        assert_eq!(delta_after_drop(&first, fail), 0);
        let moment = eval(&ns, "moment");
        assert!(make("zone(moment)").unwrap().is(&moment));
    });
}
