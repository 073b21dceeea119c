//! A value type as a class: a date with comparisons, a hash, arithmetic with a second class, and pickling.
//!
//! ```console
//! $ cargo build --release --example date
//! $ cp target/release/examples/libdate.so date.so        # libdate.dylib on macOS
//! $ python3 -c 'from date import Date, Span; d = Date.fromisoformat("2024-02-28"); print(repr(d + Span(2)), d - Date(2024, 1, 1))'
//! Date(2024, 3, 1) 58 days
//! ```
//!
//! Nothing in these structs ever changes, so that plain fields are all they need, and the cycle collector does not know them.

#![forbid(unsafe_code)]

use pyptr::class::ClassRef;
use pyptr::error::{PyOverflowError, PyValueError};
use pyptr::export::ModuleRef;
use pyptr::types::{PyAny, PyType};
use pyptr::{Borrowed, IntoPyObject, Owned, PyResult, Python};

/// Days since the first day of the year 1, which is day 1, as `datetime.date.toordinal` counts them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Date {
    ordinal: i64,
}

pyptr::traverse!(Date { ordinal });

const LAST: i64 = days_before(10_000);

/// The number of days before a year.
const fn days_before(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) as i64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The numbers of a text like `2024-02-29`.
fn numbers(text: &str) -> Option<[i64; 3]> {
    let mut parts = text.splitn(3, '-');
    let mut number = |len| {
        let part = parts.next()?;
        let digits = part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits { part.parse().ok() } else { None }
    };
    Some([number(4)?, number(2)?, number(2)?])
}

impl Date {
    fn new(py: Python<'_>, year: i64, month: i64, day: i64) -> PyResult<'_, Date> {
        let part = match () {
            () if !(1..=9999).contains(&year) => "year",
            () if !(1..=12).contains(&month) => "month",
            () if day < 1 || day > days_in(year, month) => "day",
            () => {
                let before: i64 = (1..month).map(|month| days_in(year, month)).sum();
                let ordinal = days_before(year) + before + day;
                return Ok(Date { ordinal });
            }
        };
        Err(py.raise::<PyValueError>(format_args!("{part} is out of range")))
    }

    /// Year, month and day.
    fn parts(&self) -> (i64, i64, i64) {
        let mut year = 1 + (self.ordinal - 1) / 366; // at most a few too early
        while days_before(year + 1) < self.ordinal {
            year += 1;
        }
        let (mut month, mut day) = (1, self.ordinal - days_before(year));
        while day > days_in(year, month) {
            day -= days_in(year, month);
            month += 1;
        }
        (year, month, day)
    }

    fn isoformat(&self) -> String {
        let (year, month, day) = self.parts();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Calls the class, which may be a derived one with a `__new__` of its own.
    fn fromisoformat<'py>(
        class: &Borrowed<'py, PyType>,
        text: &str,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        let py = class.py();
        let Some([year, month, day]) = numbers(text) else {
            return Err(
                py.raise::<PyValueError>(format_args!("invalid isoformat string: '{text}'"))
            );
        };
        let (year, month, day) = (
            year.into_py_object(py)?,
            month.into_py_object(py)?,
            day.into_py_object(py)?,
        );
        class.call([&year, &month, &day])
    }

    /// What is not given stays.
    fn replace<'py>(
        &self,
        class: ClassRef<'_, 'py, Date>,
        year: Option<i64>,
        month: Option<i64>,
        day: Option<i64>,
    ) -> PyResult<'py, Owned<'py, Date>> {
        let old = self.parts();
        let (year, month, day) = (
            year.unwrap_or(old.0),
            month.unwrap_or(old.1),
            day.unwrap_or(old.2),
        );
        class.instance(Date::new(class.py(), year, month, day)?)
    }

    fn plus(self, py: Python<'_>, days: i64) -> PyResult<'_, Date> {
        match self.ordinal.checked_add(days) {
            Some(ordinal @ 1..=LAST) => Ok(Date { ordinal }),
            _ => Err(py.raise::<PyOverflowError>("date value out of range")),
        }
    }

    /// Another operand than a `Span` gets `NotImplemented`, for which this function is not called.
    fn add<'py>(
        &self,
        class: ClassRef<'_, 'py, Date>,
        span: &Borrowed<'_, Span>,
    ) -> PyResult<'py, Owned<'py, Date>> {
        class.instance(self.plus(class.py(), span.payload().days)?)
    }

    /// A span before a date, or between two.
    fn sub<'py>(
        this: &Borrowed<'py, Date>,
        module: ModuleRef<'_, 'py, ()>,
        other: &Borrowed<'py, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        let date = this.payload();
        if let Ok(other) = other.cast::<Date>() {
            let days = date.ordinal - other.payload().ordinal;
            let span = module.class::<Span>()?.instance(Span { days })?;
            return Ok(span.into_any());
        }
        if let Ok(span) = other.cast::<Span>() {
            // Of -days there may be no i64.
            let days = span.payload().days.checked_neg().unwrap_or(i64::MAX);
            let date = this.own_class().instance(date.plus(this.py(), days)?)?;
            return Ok(date.into_any());
        }
        Ok(this.py().not_implemented().to_owned().into_any())
    }

    fn repr(&self) -> String {
        let (year, month, day) = self.parts();
        format!("Date({year}, {month}, {day})")
    }

    fn reduce<'py>(this: &Borrowed<'py, Date>) -> (Owned<'py, PyType>, (i64, i64, i64)) {
        (this.type_of(), this.payload().parts())
    }
}

/// A number of days.
struct Span {
    days: i64,
}

pyptr::traverse!(Span { days });

impl Span {
    fn mul<'py>(
        &self,
        class: ClassRef<'_, 'py, Span>,
        times: i64,
    ) -> PyResult<'py, Owned<'py, Span>> {
        match self.days.checked_mul(times) {
            Some(days) => class.instance(Span { days }),
            None => Err(class.py().raise::<PyOverflowError>("span is too long")),
        }
    }

    fn str(&self) -> String {
        let days = if self.days == 1 { "day" } else { "days" };
        format!("{} {days}", self.days)
    }

    fn reduce<'py>(this: &Borrowed<'py, Span>) -> (Owned<'py, PyType>, (i64,)) {
        (this.type_of(), (this.payload().days,))
    }
}

pyptr::class! {
    /// A day of the Gregorian calendar, in the years 1 to 9999.
    #[flags(subclass)]
    class Date {
        new(py: Python, year, month, day);
        /// The date of a text like `2024-02-29`.
        classmethod fromisoformat(self, text, /);
        /// The date as a text like `2024-02-29`.
        fn isoformat(self);
        /// The date with other parts.
        fn replace(self, class: Class, *, year = None, month = None, day = None);
        /// The day of the week; Monday is 0.
        fn weekday(self) = |date: &Date| (date.ordinal + 6) % 7;
        property year = |date: &Date| date.parts().0;
        property month = |date: &Date| date.parts().1;
        property day = |date: &Date| date.parts().2;
        __add__(self, class: Class, other) = Date::add;
        __radd__(self, class: Class, other) = Date::add;
        __sub__(self, module: Module, other) = Date::sub;
        __eq__(self, other) = |date: &Date, other: &Borrowed<'_, Date>| date == other.payload();
        __lt__(self, other) = |date: &Date, other: &Borrowed<'_, Date>| date < other.payload();
        __le__(self, other) = |date: &Date, other: &Borrowed<'_, Date>| date <= other.payload();
        __hash__(self) = |date: &Date| date.ordinal as isize;
        __repr__(self) = Date::repr;
        __str__(self) = Date::isoformat;
        fn __reduce__(self) = Date::reduce;
        const __match_args__ = ("year", "month", "day");
    }
}

pyptr::class! {
    /// A number of days, between two dates.
    class Span {
        new(days = 0) = |days| Span { days };
        property days = |span: &Span| span.days;
        __neg__(self, class: Class) = |span: &Span, class| span.mul(class, -1);
        __mul__(self, class: Class, other) = Span::mul;
        __rmul__(self, class: Class, other) = Span::mul;
        __eq__(self, other) = |span: &Span, other: &Borrowed<'_, Span>| span.days == other.payload().days;
        __hash__(self) = |span: &Span| span.days as isize;
        __bool__(self) = |span: &Span| span.days != 0;
        __repr__(self) = |span: &Span| format!("Span({})", span.days);
        __str__(self) = Span::str;
        fn __reduce__(self) = Span::reduce;
        const __match_args__ = ("days",);
    }
}

pyptr::module! {
    /// Dates.
    mod date {
        gil: not_used;
        class Date;
        class Span;
    }
}
