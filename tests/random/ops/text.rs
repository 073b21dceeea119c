//! Text and bytes.

use pyptr::Borrowed;
use pyptr::types::*;

use super::make;
use crate::world::{Held, World};

type Operands = [u8; 3];

/// Texts that are appended to each other without end make programs slow.
const LONG: usize = 4000;

fn string<'w, 'py>(world: &'w World<'py>, which: u8) -> Held<'w, 'py, PyString> {
    world.of(which, |py| make::string(py, which))
}

fn some_bytes<'w, 'py>(world: &'w World<'py>, which: u8) -> Held<'w, 'py, PyBytes> {
    world.of(which, |py| make::some_bytes(py, which))
}

pub fn append(world: &World<'_>, [a, b, _]: Operands) {
    let (left, right) = (string(world, a).into_owned(), string(world, b));
    let right = right.new_ref();
    if Borrowed::<PyString>::len(&left) < LONG {
        world.keep_result(left.append(&right));
    }
}

pub fn append_str(world: &World<'_>, [a, b, _]: Operands) {
    let text = ["", "plain", "\u{e9}t\u{e9}", "\u{20ac}", "\u{1f600}"][usize::from(b) % 5];
    let left = string(world, a).into_owned();
    if Borrowed::<PyString>::len(&left) < LONG {
        world.keep_result(left.append_str(text));
    }
}

pub fn concat(world: &World<'_>, [a, b, _]: Operands) {
    let (left, right) = (string(world, a), string(world, b));
    if Borrowed::<PyString>::len(&left) < LONG {
        world.keep_result(Borrowed::<PyString>::concat(&left, &right));
    }
}

pub fn concat_str(world: &World<'_>, [a, ..]: Operands) {
    let left = string(world, a);
    if Borrowed::<PyString>::len(&left) < LONG {
        world.keep_result(left.concat_str(" and more"));
    }
}

pub fn interned(world: &World<'_>, [a, ..]: Operands) {
    // Not one of those whose references are counted.
    let text = format!("interned {}", a % 8);
    let text = PyString::new(world.py, &text).unwrap();
    drop(text.into_interned());
}

pub fn find(world: &World<'_>, [a, b, _]: Operands) {
    let (text, part) = (string(world, a), string(world, b));
    let _ = text.find(&part);
    let _ = text.contains_str(&part);
    let _ = text.eq_str("text 1 plain");
    world.keep_result(text.replace(&part, &text, 1));
}

pub fn split(world: &World<'_>, [a, ..]: Operands) {
    let text = string(world, a);
    world.keep_result(text.split(None, -1));
}

pub fn builder(world: &World<'_>, [a, b, _]: Operands) {
    let mut builder = StringBuilder::with_capacity(world.py, usize::from(a));
    builder.push_str("text ");
    for number in 0..b % 4 {
        builder.push(if number == 2 { '\u{20ac}' } else { 'a' });
        world.step();
    }
    match b % 5 {
        0 => drop(builder),
        _ => world.keep_result(builder.finish()),
    }
}

/// A view keeps its owner.
pub fn views(world: &World<'_>, [a, b, _]: Operands) {
    let text = OwnedStr::new(string(world, a).new_ref()).unwrap();
    let bytes = OwnedBytes::new(some_bytes(world, b).into_owned());
    world.step();
    assert!(text.owner().eq_str(text.as_str()));
    assert_eq!(bytes.owner().as_bytes(), bytes.as_bytes());
    world.keep(text.into_owner());
    world.keep(bytes.into_owner());
}

pub fn bytes_append(world: &World<'_>, [a, b, _]: Operands) {
    let (left, right) = (
        some_bytes(world, a).into_owned(),
        some_bytes(world, b).new_ref(),
    );
    if Borrowed::<PyBytes>::len(&left) < LONG {
        world.keep_result(left.append(&right));
    }
}

pub fn bytes_concat(world: &World<'_>, [a, b, _]: Operands) {
    let (left, right) = (some_bytes(world, a), some_bytes(world, b));
    if Borrowed::<PyBytes>::len(&left) < LONG {
        world.keep_result(Borrowed::<PyBytes>::concat(&left, &right));
    }
}

pub fn bytes_builder(world: &World<'_>, [a, b, _]: Operands) {
    let mut builder = BytesBuilder::with_capacity(world.py, usize::from(a));
    for number in 0..b % 4 {
        builder.push(number);
        builder.extend_from_slice(b"more");
        world.step();
    }
    match b % 5 {
        0 => drop(builder),
        _ => world.keep_result(builder.finish()),
    }
}

pub fn bytearray(world: &World<'_>, [a, b, c]: Operands) {
    let array = world.of::<PyByteArray>(a, |py| PyByteArray::new(py, b"some content").unwrap());
    let other = some_bytes(world, b);
    let _ = array.resize(usize::from(c));
    if Borrowed::<PyByteArray>::len(&array) < LONG {
        world.keep_result(Borrowed::<PyByteArray>::concat(&array, &other));
    }
}

pub fn slice_indices(world: &World<'_>, [a, b, _]: Operands) {
    let slice = world.of::<PySlice>(a, |py| PySlice::new(py, None, None, None).unwrap());
    let start = slice.start();
    let _ = slice.indices(usize::from(b));
    world.keep(start.new_ref());
}

pub fn encode(world: &World<'_>, [a, b, _]: Operands) {
    let text = string(world, a);
    match b % 2 {
        0 => world.keep_result(text.encode(None, None)),
        _ => drop(text.to_str().map(str::len)),
    }
}

pub fn format(world: &World<'_>, [a, b, _]: Operands) {
    let (object, spec) = (
        world.any(a),
        world.of::<PyString>(b, |py| PyString::new(py, "").unwrap()),
    );
    drop(object.format(&spec));
}
