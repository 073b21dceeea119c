//! Exported functions, methods, slots and `new` that return errors of any type.

use std::num::{ParseIntError, TryFromIntError};

use pyptr::error::{PyKeyError, PyValueError};
use pyptr::types::PyAny;
use pyptr::{Borrowed, IntoRaised, Owned, PyErr, Python, Raised};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::namespace;

/// Called once, before the interpreter is initialised.
pub fn register() {
    own_errors().append_to_inittab();
}

#[derive(Debug)]
enum Failure {
    Odd(i64),
    Missing(String),
    Parse(ParseIntError),
}

impl IntoRaised<'_> for Failure {
    fn into_raised(self, py: Python<'_>) -> Raised<'_> {
        match self {
            Failure::Odd(n) => py.raise::<PyValueError>(format_args!("{n} is odd")),
            Failure::Missing(name) => py.raise::<PyKeyError>(name),
            Failure::Parse(error) => error.into_raised(py),
        }
    }
}

impl From<ParseIntError> for Failure {
    fn from(error: ParseIntError) -> Failure {
        Failure::Parse(error)
    }
}

fn half(n: i64) -> Result<i64, Failure> {
    match n % 2 {
        0 => Ok(n / 2),
        _ => Err(Failure::Odd(n)),
    }
}
fn half_of(text: &str) -> Result<i64, Failure> {
    if text.is_empty() {
        return Err(Failure::Missing("text".to_owned()));
    }
    half(text.parse()?)
}
fn parsed(text: &str) -> Result<f64, std::num::ParseFloatError> {
    text.parse()
}
fn read(path: String) -> Result<String, std::io::Error> {
    std::fs::read_to_string(path)
}
fn decoded(bytes: &[u8]) -> Result<String, std::string::FromUtf8Error> {
    String::from_utf8(bytes.to_vec())
}
fn narrow(n: i64) -> Result<u8, TryFromIntError> {
    u8::try_from(n)
}
fn in_a_box(text: &str) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
    match text {
        "own" => Err("a text".into()),
        text => Ok(text.parse()?),
    }
}
/// Each of its `?` has another type.
fn all(text: &str, n: i64) -> Result<i64, PyErr> {
    let number: i64 = text.parse()?;
    let small = u8::try_from(n)?;
    let half = half(number)?;
    Ok(half + i64::from(small))
}
fn nothing(fail: bool) -> Result<(), Failure> {
    match fail {
        true => Err(Failure::Odd(1)),
        false => Ok(()),
    }
}
fn same(object: Owned<'_, PyAny>) -> Result<Owned<'_, PyAny>, Failure> {
    Ok(object)
}

struct Even {
    value: i64,
}
pyptr::traverse!(Even { value });

pyptr::class! {
    class Even {
        new(value);
        fn half(self);
        static parse(text);
        property value = Even::value, Even::set_value;
        __len__(self) = Even::len;
        __bool__(self) = Even::truth;
        __iter__(self) = Even::iter;
        __next__(self) = Even::next;
        __add__(self, by) = Even::add;
        __hash__(self) = Even::hash;
        __getitem__(self, key) = Even::get;
        __setitem__(self, key, value) = Even::set;
    }
}

impl Even {
    fn new(value: i64) -> Result<Even, Failure> {
        match value % 2 {
            0 => Ok(Even { value }),
            _ => Err(Failure::Odd(value)),
        }
    }
    fn half(&self) -> Result<i64, Failure> {
        half(self.value / 2)
    }
    fn set_value(&self, value: i64) -> Result<(), Failure> {
        half(value).map(drop)
    }
    fn value(&self) -> Result<i64, Failure> {
        Ok(self.value)
    }
    fn parse(text: &str) -> Result<i64, ParseIntError> {
        text.parse()
    }
    fn len(&self) -> Result<usize, TryFromIntError> {
        self.value.try_into()
    }
    fn truth(&self) -> Result<bool, Failure> {
        half(self.value / 2).map(|_| true)
    }
    fn next(&self) -> Result<Option<i64>, Failure> {
        match self.value {
            0 => Ok(None),
            value => half(value / 2).map(Some),
        }
    }
    fn iter<'py>(this: &Borrowed<'py, Even>) -> Result<Owned<'py, Even>, Failure> {
        Ok(this.to_owned())
    }
    fn add(&self, by: i64) -> Result<i64, Failure> {
        half(self.value + by)
    }
    fn hash(&self) -> Result<isize, TryFromIntError> {
        u8::try_from(self.value).map(isize::from)
    }
    fn get(&self, key: i64) -> Result<i64, Failure> {
        half(key)
    }
    fn set(&self, _key: i64, value: i64) -> Result<(), Failure> {
        half(value).map(drop)
    }
}

pyptr::module! {
    mod own_errors {
        fn half(n);
        fn half_of(text);
        fn parsed(text);
        fn read(path);
        fn decoded(bytes);
        fn narrow(n);
        fn in_a_box(text);
        fn all(text, n = 1);
        fn nothing(fail);
        fn same(object);
        class Even;
    }
}

/// Calls, and what comes of them.
const CALLS: &str = "
import os, own_errors as m
def fails(call):
    try: return call()
    except Exception as error: return type(error).__name__, str(error)
odd = lambda n: ('ValueError', f'{n} is odd')
missing = fails(lambda: open('/no/such/file'))[0], '[Errno 2] No such file or directory'
if os.name == 'nt':
    missing = fails(lambda: m.read('/no/such/file'))
    assert missing[0] == 'FileNotFoundError' and missing[1].startswith('[WinError 3] '), missing
calls = [
    (lambda: m.half(4), 2),
    (lambda: m.half(3), odd(3)),
    (lambda: m.half_of('6'), 3),
    (lambda: m.half_of('7'), odd(7)),
    (lambda: m.half_of(''), ('KeyError', \"'text'\")),
    (lambda: m.half_of('x'), ('ValueError', 'invalid digit found in string')),
    (lambda: m.parsed('1.5'), 1.5),
    (lambda: m.parsed(''), ('ValueError', 'cannot parse float from empty string')),
    (lambda: m.read('/no/such/file'), missing),
    (lambda: m.decoded(b'\\xc3\\xa9'), '\\xe9'),
    (lambda: m.decoded(b'\\xe9'), fails(b'\\xe9'.decode)),
    (lambda: m.narrow(255), 255),
    (lambda: m.narrow(256), ('OverflowError', 'out of range integral type conversion attempted')),
    (lambda: m.in_a_box('own'), ('RuntimeError', 'a text')),
    (lambda: m.in_a_box('x'), ('ValueError', 'invalid digit found in string')),
    (lambda: m.all('4'), 3),
    (lambda: m.all('x'), ('ValueError', 'invalid digit found in string')),
    (lambda: m.all('4', 256), ('OverflowError', 'out of range integral type conversion attempted')),
    (lambda: m.all('3'), odd(3)),
    (lambda: m.nothing(False), None),
    (lambda: m.nothing(True), odd(1)),
    (lambda: m.Even(3), odd(3)),
    (lambda: m.Even(4).half(), 1),
    (lambda: m.Even(6).half(), odd(3)),
    (lambda: m.Even(6).value, 6),
    (lambda: setattr(m.Even(6), 'value', 3), odd(3)),
    (lambda: setattr(m.Even(6), 'value', 4), None),
    (lambda: m.Even.parse('12'), 12),
    (lambda: m.Even.parse('x'), ('ValueError', 'invalid digit found in string')),
    (lambda: len(m.Even(6)), 6),
    (lambda: len(m.Even(-6)), ('OverflowError', 'out of range integral type conversion attempted')),
    (lambda: bool(m.Even(4)), True),
    (lambda: bool(m.Even(6)), odd(3)),
    (lambda: list(m.Even(0)), []),
    (lambda: next(m.Even(4)), 1),
    (lambda: next(m.Even(6)), odd(3)),
    (lambda: m.Even(4) + 2, 3),
    (lambda: m.Even(4) + 1, odd(5)),
    (lambda: hash(m.Even(4)), 4),
    (lambda: hash(m.Even(-4)), ('OverflowError', 'out of range integral type conversion attempted')),
    (lambda: m.Even(4)[8], 4),
    (lambda: m.Even(4)[7], odd(7)),
    (lambda: m.Even(4).__setitem__(1, 2), None),
    (lambda: m.Even(4).__setitem__(1, 1), odd(1)),
]
for number, (call, expected) in enumerate(calls):
    assert fails(call) == expected, (number, fails(call), expected)
";

#[test]
fn functions_and_methods() {
    attached(|py| {
        let code = std::ffi::CString::new(CALLS).unwrap();
        let result = py.run(&code, Some(&namespace(py)), None);
        result
            .map_err(|raised| PyErr::from(raised).display(py))
            .unwrap();
    });
}

#[test]
fn what_is_returned_keeps_its_count() {
    attached(|py| {
        let object = fresh_str(py, "an object");
        let module = py.import(c"own_errors").unwrap();
        let call = || module.call_method1(c"same", &object).unwrap();
        assert_eq!(delta_while_held(&object, call), 1);
        let fail = || drop(module.call_method1(c"half", &object).unwrap_err());
        assert_eq!(delta_after_drop(&object, fail), 0);
    });
}
