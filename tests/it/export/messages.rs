//! Errors of conversions name the function, the parameter, and the place in it.

use std::collections::{BTreeMap, HashMap};

use pyptr::error::{PyKeyError, PyValueError};
use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, ConversionError, FromPyObject, convert::Refusal};

use crate::common::attached;
use crate::python::namespace;

/// Called once, before the interpreter is initialised.
pub fn register() {
    messages().append_to_inittab();
}

/// A type of the user's: the odd ones are refused, and nothing else than an int raises an error of its own.
struct Even(i64);

impl<'a, 'py> FromPyObject<'a, 'py> for Even {
    fn expected(f: &mut dyn std::fmt::Write) -> std::fmt::Result {
        f.write_str("int")
    }

    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let py = object.py();
        match i64::from_py_object(object) {
            Ok(odd) if odd % 2 != 0 => {
                Err(Refusal::new::<PyValueError>(py, format_args!("{odd} is odd")).into())
            }
            Ok(even) => Ok(Even(even)),
            Err(ConversionError::WrongType) => Err(py.raise::<PyKeyError>("own").into()),
            Err(error) => Err(error),
        }
    }
}

fn byte(small: u8) -> u8 {
    small
}
fn wide(large: u128) -> u128 {
    large
}
fn whole(large: i64) -> i64 {
    large
}
fn single(number: f32) -> f32 {
    number
}
fn double(number: f64) -> f64 {
    number
}
fn letter(first: &str, second: char) -> String {
    format!("{first}{second}")
}
fn copied(text: String) -> String {
    text
}
fn list(items: Vec<u8>) -> usize {
    items.len()
}
fn array(items: [i64; 3]) -> i64 {
    items.iter().sum()
}
fn pair(items: (i64, &str)) -> i64 {
    items.0
}
fn maps(map: HashMap<String, Vec<Option<u8>>>) -> usize {
    map.len()
}
fn keys(map: BTreeMap<i64, String>) -> usize {
    map.len()
}
fn strings(items: Vec<String>) -> usize {
    items.len()
}
fn lists(items: Vec<Vec<Vec<i64>>>) -> usize {
    items.len()
}
fn optional(value: Option<u8>) -> u8 {
    value.unwrap_or(0)
}
fn even(number: Even) -> i64 {
    number.0
}
fn evens(numbers: Vec<Even>) -> i64 {
    numbers.iter().map(|even| even.0).sum()
}
fn length(text: &Borrowed<'_, PyString>) -> usize {
    text.len()
}

pyptr::module! {
    mod messages {
        gil: not_used;
        fn byte(small);
        fn wide(large, /);
        fn whole(large);
        fn single(number);
        fn double(number);
        fn letter(first, /, second = 'x');
        fn copied(text);
        fn list(items);
        fn array(items, /);
        fn pair(items);
        fn maps(map);
        fn keys(map);
        fn strings(items);
        fn lists(items);
        fn optional(*, value = None);
        fn even(number);
        fn evens(numbers);
        fn length(text);
    }
}

const CASES: &[(&str, &str)] = &[
    (
        "byte(300)",
        "OverflowError: byte() argument 'small' must be int from 0 to 255, not 300",
    ),
    (
        "byte(small=-1)",
        "OverflowError: byte() argument 'small' must be int from 0 to 255, not -1",
    ),
    (
        "byte(type('I', (), {'__index__': lambda s: 256})())",
        "OverflowError: byte() argument 'small' must be int from 0 to 255, not 256",
    ),
    (
        "byte(type('I', (), {'__index__': lambda s: {}['k']})())",
        "KeyError: 'k'",
    ),
    (
        "wide(-1)",
        "OverflowError: wide() argument 'large' must be int from 0 to 340282366920938463463374607431768211455, not -1",
    ),
    (
        "wide(1 << 200)",
        "OverflowError: wide() argument 'large' must be int from 0 to 340282366920938463463374607431768211455, not a greater one",
    ),
    (
        "whole(1 << 63)",
        "OverflowError: whole() argument 'large' must be int from -9223372036854775808 to 9223372036854775807, not 9223372036854775808",
    ),
    (
        "whole(-1 << 63000)",
        "OverflowError: whole() argument 'large' must be int from -9223372036854775808 to 9223372036854775807, not a lesser one",
    ),
    (
        "single(1e300)",
        "OverflowError: single() argument 'number' must be real number from -3.4028235e38 to 3.4028235e38, not 1e300",
    ),
    (
        "double(10 ** 400)",
        "OverflowError: double() argument 'number': int too large to convert to float",
    ),
    (
        "letter('a', 'bc')",
        "TypeError: letter() argument 'second' must be str of length 1, not str of length 2",
    ),
    (
        "letter('a', second='')",
        "TypeError: letter() argument 'second' must be str of length 1, not str of length 0",
    ),
    (
        "letter('\\ud800')",
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed in letter() argument 'first'",
    ),
    (
        "letter('a', '\\udfff')",
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\udfff' in position 0: surrogates not allowed in letter() argument 'second'",
    ),
    (
        "copied('ab\\ud800')",
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 2: surrogates not allowed in copied() argument 'text'",
    ),
    (
        "list([1, 'x'])",
        "TypeError: list() argument 'items', item 1 must be int, not str",
    ),
    (
        "list((1, 2, None))",
        "TypeError: list() argument 'items', item 2 must be int, not None",
    ),
    (
        "list(iter([1, 2, 256]))",
        "OverflowError: list() argument 'items', item 2 must be int from 0 to 255, not 256",
    ),
    (
        "list(1)",
        "TypeError: list() argument 'items' must be iterable other than str, not int",
    ),
    (
        "array([1])",
        "ValueError: array() argument 'items': not enough values to unpack (expected 3, got 1)",
    ),
    (
        "array([1] * 4)",
        "ValueError: array() argument 'items': too many values to unpack (expected 3)",
    ),
    (
        "array([1, 2, 3.0])",
        "TypeError: array() argument 'items', item 2 must be int, not float",
    ),
    (
        "pair((1,))",
        "ValueError: pair() argument 'items': not enough values to unpack (expected 2, got 1)",
    ),
    (
        "pair((1, 2))",
        "TypeError: pair() argument 'items', item 1 must be str, not int",
    ),
    (
        "maps({'a': [1], 'b': [None, 300]})",
        "OverflowError: maps() argument 'map', value of 'b', item 1 must be int from 0 to 255, not 300",
    ),
    (
        "maps({'a': [1], 'b': [None, 's']})",
        "TypeError: maps() argument 'map', value of 'b', item 1 must be int or None, not str",
    ),
    (
        "maps({'a' * 99: 1})",
        "TypeError: maps() argument 'map', value of 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..' must be iterable other than str, not int",
    ),
    (
        "maps({1: []})",
        "TypeError: maps() argument 'map', key 1 must be str, not int",
    ),
    (
        "maps({'\\ud800': []})",
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed in maps() argument 'map', key '\\ud800'",
    ),
    (
        "keys({1: 'a', 2: 3})",
        "TypeError: keys() argument 'map', value of 2 must be str, not int",
    ),
    (
        "keys({(): 'a'})",
        "TypeError: keys() argument 'map', a key of type tuple must be int, not tuple",
    ),
    (
        "keys({True: '', 1 << 70: ''})",
        "OverflowError: keys() argument 'map', a key of type int must be int from -9223372036854775808 to 9223372036854775807, not 1180591620717411303424",
    ),
    (
        "strings(['a', '\\ud800'])",
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed in strings() argument 'items', item 1",
    ),
    (
        "lists([[], [[], [1, 2, 1 << 64]]])",
        "OverflowError: lists() argument 'items', item 1, item 1, item 2 must be int from -9223372036854775808 to 9223372036854775807, not 18446744073709551616",
    ),
    (
        "optional(value=256)",
        "OverflowError: optional() argument 'value' must be int from 0 to 255, not 256",
    ),
    (
        "optional(value='x')",
        "TypeError: optional() argument 'value' must be int or None, not str",
    ),
    ("even(3)", "ValueError: even() argument 'number': 3 is odd"),
    (
        "even(1 << 64)",
        "OverflowError: even() argument 'number' must be int from -9223372036854775808 to 9223372036854775807, not 18446744073709551616",
    ),
    ("even('x')", "KeyError: 'own'"),
    (
        "evens([2, 4, 5])",
        "ValueError: evens() argument 'numbers', item 2: 5 is odd",
    ),
    ("evens([2, 'x'])", "KeyError: 'own'"),
    (
        "length(1)",
        "TypeError: length() argument 'text' must be str, not int",
    ),
];

#[test]
fn the_place_is_named() {
    attached(|py| {
        let names = namespace(py);
        py.run(
            c"
def told(call):
    import messages
    try:
        return repr(eval(call, vars(messages)))
    except Exception as error:
        return f'{type(error).__name__}: {error}'
",
            Some(&names),
            None,
        )
        .unwrap();
        let told = names.get_item(&PyString::new(py, "told").unwrap()).unwrap();
        for (call, expected) in CASES {
            let call = PyString::new(py, call).unwrap();
            let text: String = told.call1(&call).unwrap().extract().unwrap();
            assert_eq!(text, *expected);
        }
    });
}

#[test]
fn without_a_function_the_place_comes_first() {
    attached(|py| {
        let cases: &[(&std::ffi::CStr, &str)] = &[
            (
                c"{'a': [1, 300]}",
                "value of 'a', item 1: expected int from 0 to 255, got 300",
            ),
            (
                c"{'a': [1, 'x']}",
                "value of 'a', item 1: expected int or None, got str",
            ),
            (
                c"{'a': 1}",
                "value of 'a': expected iterable other than str, got int",
            ),
            (c"{None: 1}", "key None: expected str, got None"),
        ];
        for (code, expected) in cases {
            let object = py.eval(code, None, None).unwrap();
            let error = object
                .extract::<HashMap<String, Vec<Option<u8>>>>()
                .unwrap_err();
            assert_eq!(
                error.into_exception().str().unwrap().to_str().unwrap(),
                *expected
            );
        }
        // However deep it is.
        #[derive(Debug)]
        struct Tree(#[allow(dead_code)] Vec<Tree>);
        impl<'py> FromPyObject<'_, 'py> for Tree {
            fn expected(f: &mut dyn std::fmt::Write) -> std::fmt::Result {
                f.write_str("list")
            }
            fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
                Vec::from_py_object(object).map(Tree)
            }
        }
        let deep = py
            .eval(
                c"__import__('functools').reduce(lambda tree, _: [tree], range(100), 1)",
                None,
                None,
            )
            .unwrap();
        let text = deep
            .extract::<Tree>()
            .unwrap_err()
            .into_exception()
            .str()
            .unwrap();
        let text = text.to_str().unwrap();
        assert!(
            text[..16] == *"item 0, item 0, " && text.ends_with(", ..: expected list, got int"),
            "{text}"
        );
        assert!(text.len() < 1000, "{text}");
    });
}
