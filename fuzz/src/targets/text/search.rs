//! Searching, comparing and taking apart.

use pyptr::types::PyString;
use pyptr::{Borrowed, Python};

use super::Text;
use super::points::to_text;
use crate::harness::answer;
use crate::input::Input;

/// The indices at which `part` occurs.
fn places(text: &[u32], part: &[u32]) -> Vec<usize> {
    let starts = 0..(text.len() + 1).saturating_sub(part.len());
    starts
        .filter(|&start| text[start..].starts_with(part))
        .collect()
}

/// How often it occurs without overlap.
fn count(text: &[u32], part: &[u32]) -> usize {
    let mut end = 0;
    let mut count = 0;
    for start in places(text, part) {
        if start >= end {
            (count, end) = (count + 1, start + part.len());
        }
    }
    count
}

pub(super) fn search(input: &mut Input<'_>, text: &Text<'_>, part: &Text<'_>) {
    let (own, other): (&Borrowed<'_, PyString>, &Borrowed<'_, PyString>) =
        (&text.object, &part.object);
    let (points, sought) = (&text.points, &part.points);
    let places = places(points, sought);
    assert_eq!(own.find(other).unwrap(), places.first().copied());
    assert_eq!(own.rfind(other).unwrap(), places.last().copied());
    assert_eq!(own.contains_str(other).unwrap(), !places.is_empty());
    assert_eq!(own.count_str(other).unwrap(), count(points, sought));
    assert_eq!(own.starts_with(other).unwrap(), points.starts_with(sought));
    assert_eq!(own.ends_with(other).unwrap(), points.ends_with(sought));
    assert_eq!(own.cmp_str(other).unwrap(), points.cmp(sought));
    assert_eq!(own.eq(other).unwrap(), points == sought);
    if let Some(model) = to_text(sought) {
        assert_eq!(own.eq_str(&model), points == sought);
    }
    let index = input.below(64);
    let point = own.code_point(index).ok();
    assert_eq!(point, points.get(index).copied());
    if let Some(char) = point.and_then(char::from_u32) {
        let place = points.iter().position(|&point| point == char.into());
        assert_eq!(own.find_char(char).unwrap(), place);
    }
    take_apart(own.py(), input, own, other);
}

/// Python's own methods say what is right.
fn take_apart<'py>(
    py: Python<'py>,
    input: &mut Input<'_>,
    text: &Borrowed<'py, PyString>,
    part: &Borrowed<'py, PyString>,
) {
    let (limit, keep) = (input.below(5) as isize - 1, input.flag());
    let max = pyptr::types::PyInt::new(py, limit as i64).unwrap();
    let call1 = |name| answer(py, text.call_method1(name, part));
    assert_eq!(answer(py, text.partition(part)), call1(c"partition"));
    assert_eq!(answer(py, text.rpartition(part)), call1(c"rpartition"));
    let split = answer(py, text.split(Some(part), limit));
    assert_eq!(split, answer(py, text.call_method(c"split", [part, &max])));
    let split = answer(py, text.rsplit(Some(part), limit));
    assert_eq!(split, answer(py, text.call_method(c"rsplit", [part, &max])));
    let split = answer(py, text.split(None, limit));
    let theirs = text.call_method(c"split", [py.none(), &max]);
    assert_eq!(split, answer(py, theirs));
    let lines = answer(py, text.splitlines(keep));
    let theirs = text.call_method1(c"splitlines", py.bool(keep));
    assert_eq!(lines, answer(py, theirs));
    let replaced = answer(py, text.replace(part, text, limit));
    let theirs = text.call_method(c"replace", [part, text, &max]);
    assert_eq!(replaced, answer(py, theirs));
    // A `str` is an iterable of `str`s.
    assert_eq!(
        answer(py, part.join(text)),
        answer(py, part.call_method1(c"join", text))
    );
    let named = text.call_method0(c"isidentifier").unwrap();
    assert_eq!(text.is_identifier(), named.is_truthy().unwrap());
}
