//! Parameters and results of std's types: what is accepted, what is returned, and how a refusal names the place.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::num::NonZeroU8;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use pyptr::PyErr;

use crate::common::attached;
use crate::python::namespace;

/// Called once, before the interpreter is initialised.
pub fn register() {
    conversions().append_to_inittab();
}

fn path(path: PathBuf) -> PathBuf {
    path
}
fn borrowed(path: &Path) -> &Path {
    path
}
fn either(path: Cow<'_, Path>) -> Cow<'_, Path> {
    path
}
fn paths(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths
}
fn duration(delta: Duration) -> Duration {
    delta
}
fn time(time: SystemTime) -> SystemTime {
    time
}
fn letter(letter: char) -> char {
    letter
}
fn boxed(text: Box<str>) -> Box<str> {
    text
}
fn cow(text: Cow<'_, str>) -> Cow<'_, str> {
    text
}
fn nonzero(number: NonZeroU8) -> NonZeroU8 {
    number
}
fn flag(flag: bool) -> bool {
    flag
}
fn hashed(items: HashSet<String>) -> HashSet<String> {
    items
}
fn ordered(items: BTreeSet<i64>) -> BTreeSet<i64> {
    items
}
fn map(items: BTreeMap<String, Option<NonZeroU8>>) -> usize {
    items.len()
}

pyptr::module! {
    mod conversions {
        fn path(path);
        fn borrowed(path);
        fn either(path);
        fn paths(paths);
        fn duration(delta);
        fn time(time);
        fn letter(letter);
        fn boxed(text);
        fn cow(text);
        fn nonzero(number);
        fn flag(flag = false);
        fn hashed(items);
        fn ordered(items);
        fn map(items);
    }
}

const CALLS: &str = r#"
import conversions as m, datetime as d, pathlib, collections, inspect
def fails(call):
    try: return call()
    except Exception as error: return type(error).__name__ + ': ' + str(error)
Path, utc = pathlib.Path, d.timezone.utc
Bool = type('bool', (), {'__module__': 'numpy', '__bool__': lambda self: True})
calls = [
    (lambda: m.path('a'), Path('a')),
    (lambda: m.path(b'a'), Path('a')),
    (lambda: m.path(Path('a') / 'b'), Path('a/b')),
    (lambda: m.path('a\udcff'), Path('a\udcff')),
    (lambda: m.path(1), "TypeError: path() argument 'path' must be str, bytes or os.PathLike object, not int"),
    (lambda: m.path('a\0'), "ValueError: path() argument 'path': embedded null character"),
    (lambda: m.paths(['a', 'a\0']), "ValueError: paths() argument 'paths', item 1: embedded null character"),
    (lambda: m.paths(['a', 1]), "TypeError: paths() argument 'paths', item 1 must be str, bytes or os.PathLike object, not int"),
    (lambda: m.borrowed('a'), Path('a')),
    (lambda: m.borrowed(Path('a')), f"TypeError: borrowed() argument 'path' must be str, not {type(Path()).__name__}"),
    (lambda: m.either('a'), Path('a')),
    (lambda: m.either(Path('a')), Path('a')),
    (lambda: m.duration(d.timedelta(1, 2, 3)), d.timedelta(1, 2, 3)),
    (lambda: m.duration(-d.timedelta(1)), "ValueError: duration() argument 'delta' must be timedelta of 0 or more, not one of -86400 seconds"),
    (lambda: m.duration(1.5), "TypeError: duration() argument 'delta' must be timedelta, not float"),
    (lambda: m.time(d.datetime(2024, 2, 29, tzinfo=utc)), d.datetime(2024, 2, 29, tzinfo=utc)),
    (lambda: m.time(d.datetime(2024, 2, 29)), "ValueError: time() argument 'time' must be datetime with a time zone, not one without"),
    (lambda: m.time(0), "TypeError: time() argument 'time' must be datetime, not int"),
    (lambda: m.letter('\u20ac'), '\u20ac'),
    (lambda: m.letter('ab'), "TypeError: letter() argument 'letter' must be str of length 1, not str of length 2"),
    (lambda: m.boxed('ab'), 'ab'),
    (lambda: m.boxed(1), "TypeError: boxed() argument 'text' must be str, not int"),
    (lambda: m.cow('ab'), 'ab'),
    (lambda: m.nonzero(255), 255),
    (lambda: m.nonzero(0), "ValueError: nonzero() argument 'number' must be int other than 0, not 0"),
    (lambda: m.nonzero(256), "OverflowError: nonzero() argument 'number' must be int from 1 to 255, not 256"),
    (lambda: m.flag(Bool()), True),
    (lambda: m.flag(1), "TypeError: flag() argument 'flag' must be bool, not int"),
    (lambda: m.hashed({'a', 'b'}), {'a', 'b'}),
    (lambda: m.hashed(frozenset('a')), {'a'}),
    (lambda: m.hashed({'a', 1}), "TypeError: hashed() argument 'items', item 1 must be str, not int"),
    (lambda: m.hashed(['a']), "TypeError: hashed() argument 'items' must be set or frozenset, not list"),
    (lambda: m.ordered({2, 1}), {1, 2}),
    (lambda: m.map({'a': 1, 'b': None}), 2),
    (lambda: m.map(collections.OrderedDict(a=1)), 1),
    (lambda: m.map({'a': 0}), "ValueError: map() argument 'items', value of 'a' must be int other than 0, not 0"),
]
for number, (call, expected) in enumerate(calls):
    result = fails(call)
    assert result == expected and type(result) is type(expected), (number, result, expected)
assert str(inspect.signature(m.flag)) == '(flag=False)'
"#;

#[test]
fn values_and_refusals() {
    attached(|py| {
        let code = std::ffi::CString::new(CALLS).unwrap();
        let result = py.run(&code, Some(&namespace(py)), None);
        result
            .map_err(|raised| PyErr::from(raised).display(py))
            .unwrap();
    });
}
