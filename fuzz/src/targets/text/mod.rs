//! `str` and `bytes`: growing in place, building, searching, encodings. The model of a `str` is a vector of its code
//! points, that of a `bytes` a vector of bytes; where there is no simple model, Python's own method says what is right.

mod bytes;
mod codec;
mod points;
mod search;

use std::fmt::Write;

use pyptr::sync::OnceObject;
use pyptr::types::{CodeUnits, PyAny, PyString, StringBuilder};
use pyptr::{Borrowed, Owned, PyResult, Python};

use crate::input::Input;
use points::{points, rust_text};

/// Longer ones are not appended to.
const LONG: usize = 600;
/// The one that has been there for longest goes.
const MANY: usize = 6;

/// A reference to a `str`, and its code points.
struct Text<'py> {
    object: Owned<'py, PyString>,
    points: Vec<u32>,
}

struct Texts<'py> {
    py: Python<'py>,
    all: Vec<Text<'py>>,
}

pub fn text(py: Python<'_>, data: &[u8]) {
    let mut input = Input::new(data);
    let mut texts = Texts {
        py,
        all: Vec::new(),
    };
    while !input.is_empty() {
        texts.step(&mut input);
        texts.all.iter().for_each(Text::check);
    }
    texts.all.iter().for_each(Text::check_hash);
}

impl<'py> Texts<'py> {
    /// One instruction.
    fn step(&mut self, input: &mut Input<'_>) {
        match input.below(20) {
            0 => self.put_units(input),
            1 | 2 => self.put_text(input),
            3 => self.build(input),
            4..=6 => self.append_str(input),
            7 | 8 => self.append(input),
            9 => self.concat(input),
            10 => self.share(input),
            11 => self.know(input),
            12 => self.subclass(input),
            13 => drop(self.take(input)),
            14 | 15 => {
                let (text, part) = (self.take(input), self.part(input));
                search::search(input, &text, &part);
                self.put(text);
                self.put(part);
            }
            16 => codec::decode(self.py, input),
            17 => {
                let text = self.take(input);
                codec::encode(input, &text);
                self.put(text);
            }
            18 => bytes::bytes(self.py, input),
            _ => bytes::bytearray(self.py, input),
        }
    }

    fn put(&mut self, text: Text<'py>) {
        if self.all.len() == MANY {
            self.all.remove(0);
        }
        self.all.push(text);
    }

    fn keep(&mut self, object: PyResult<'py, Owned<'py, PyString>>, points: Vec<u32>) {
        let object = object.unwrap();
        self.put(Text { object, points });
    }

    /// Takes a text out, or makes one.
    fn take(&mut self, input: &mut Input<'_>) -> Text<'py> {
        match self.all.len() {
            0 => Text::new(self.py, points(input)),
            count => self.all.remove(input.below(count)),
        }
    }

    /// A text of which another one may well have a part.
    fn part(&mut self, input: &mut Input<'_>) -> Text<'py> {
        let text = self.take(input);
        let (low, high) = (input.below(256), input.below(256));
        let object = text.object.substring(low, high).unwrap();
        let (low, high) = (low.min(text.points.len()), high.min(text.points.len()));
        let points = text.points[low.min(high)..high].to_vec();
        self.put(text);
        Text { object, points }
    }

    fn put_units(&mut self, input: &mut Input<'_>) {
        let points = points(input);
        let narrow: Vec<u8> = points.iter().filter_map(|&p| p.try_into().ok()).collect();
        let middle: Vec<u16> = points.iter().filter_map(|&p| p.try_into().ok()).collect();
        match input.below(3) {
            0 if narrow.len() == points.len() => self.keep(
                PyString::from_code_units(self.py, CodeUnits::One(&narrow)),
                points,
            ),
            1 if middle.len() == points.len() => self.keep(
                PyString::from_code_units(self.py, CodeUnits::Two(&middle)),
                points,
            ),
            _ => {
                let text = Text::new(self.py, points);
                self.put(text);
            }
        }
    }

    fn put_text(&mut self, input: &mut Input<'_>) {
        let text = rust_text(input);
        let mut chars = text.chars();
        let new = match (chars.next(), chars.next(), input.flag()) {
            (Some(only), None, true) => PyString::from_char(self.py, only),
            (.., true) => PyString::from_utf8(self.py, text.as_bytes(), None),
            _ => PyString::new(self.py, &text),
        };
        self.keep(new, text.chars().map(u32::from).collect());
    }

    fn build(&mut self, input: &mut Input<'_>) {
        let mut builder = match input.flag() {
            true => StringBuilder::new(self.py),
            false => StringBuilder::with_capacity(self.py, input.below(80)),
        };
        let mut model = String::new();
        for _ in 0..input.below(8) {
            let text = rust_text(input);
            match input.below(3) {
                0 => {
                    builder.push_str(&text);
                    model.push_str(&text);
                }
                1 => text.chars().for_each(|char| {
                    builder.push(char);
                    model.push(char);
                }),
                _ => {
                    write!(builder, "{text:?}").unwrap();
                    write!(model, "{text:?}").unwrap();
                }
            }
            if input.flag() {
                assert_eq!(builder.len(), model.chars().count());
            }
            assert_eq!(builder.is_empty(), model.is_empty());
            assert!(builder.capacity() >= model.len());
        }
        match input.below(8) {
            0 => drop(builder),
            _ => self.keep(builder.finish(), model.chars().map(u32::from).collect()),
        }
    }

    fn append_str(&mut self, input: &mut Input<'_>) {
        let mut text = self.take(input);
        for _ in 0..=input.below(3) {
            if text.points.len() > LONG {
                break;
            }
            let other = rust_text(input);
            text.object = text.object.append_str(&other).unwrap();
            text.points.extend(other.chars().map(u32::from));
            text.check();
        }
        self.put(text);
    }

    fn append(&mut self, input: &mut Input<'_>) {
        let mut text = self.take(input);
        if text.points.len() <= LONG {
            // It may be another reference to the same object.
            let other = self.take(input);
            text.object = text.object.append(&other.object).unwrap();
            text.points.extend(&other.points);
            self.put(other);
        }
        self.put(text);
    }

    fn concat(&mut self, input: &mut Input<'_>) {
        let text = self.take(input);
        if text.points.len() <= LONG {
            let mut points = text.points.clone();
            let sum = match input.flag() {
                true => {
                    let other = rust_text(input);
                    points.extend(other.chars().map(u32::from));
                    text.object.concat_str(&other)
                }
                false => {
                    let other = self.take(input);
                    points.extend(&other.points);
                    let sum = Borrowed::<PyString>::concat(&text.object, &other.object);
                    self.put(other);
                    sum
                }
            };
            self.keep(sum, points);
        }
        self.put(text);
    }

    /// A second reference.
    fn share(&mut self, input: &mut Input<'_>) {
        let text = self.take(input);
        let (object, points) = (text.object.new_ref(), text.points.clone());
        self.put(text);
        self.put(Text { object, points });
    }

    /// What makes an object one that must not change any more, or has to forget something when it does.
    fn know(&mut self, input: &mut Input<'_>) {
        let mut text = self.take(input);
        match input.below(3) {
            0 => text.check_hash(),
            1 => drop(text.object.to_str().map(str::len)),
            // Some versions never free these.
            _ if text.points.len() < 3 => text.object = text.object.into_interned(),
            _ => {}
        }
        self.put(text);
    }

    fn subclass(&mut self, input: &mut Input<'_>) {
        static CLASS: OnceObject<PyAny> = OnceObject::new();
        let class = CLASS.get_or_try_init(self.py, |py| {
            py.eval(c"type('Text', (str,), {})", None, None)
        });
        let text = self.take(input);
        let object = class.unwrap().call1(&text.object).unwrap();
        let points = text.points.clone();
        self.put(text);
        let object: Owned<'_, PyString> = object.cast_into().unwrap();
        self.put(Text { object, points });
    }
}

impl<'py> Text<'py> {
    fn new(py: Python<'py>, points: Vec<u32>) -> Text<'py> {
        let object = PyString::from_code_units(py, CodeUnits::Four(&points)).unwrap();
        Text { object, points }
    }

    /// The content is that of the model, in the form that CPython expects of each `str`.
    fn check(&self) {
        let text: &Borrowed<'_, PyString> = &self.object;
        assert_eq!(text.len(), self.points.len());
        let largest = self.points.iter().copied().max().unwrap_or(0);
        let units: Vec<u32> = match text.code_units().unwrap() {
            CodeUnits::One(units) => {
                assert!(largest < 0x100);
                check_end(units);
                units.iter().map(|&unit| unit.into()).collect()
            }
            CodeUnits::Two(units) => {
                assert!((0x100..0x1_0000).contains(&largest));
                check_end(units);
                units.iter().map(|&unit| unit.into()).collect()
            }
            CodeUnits::Four(units) => {
                assert!(largest >= 0x1_0000);
                check_end(units);
                units.to_vec()
            }
        };
        assert_eq!(units, self.points);
        let is_ascii = text.call_method0(c"isascii").unwrap();
        assert_eq!(is_ascii.is_truthy().unwrap(), largest < 0x80);
        match points::to_text(&self.points) {
            Some(model) => assert!(text.eq_str(&model)),
            None => assert!(text.to_str().is_err()),
        }
    }

    /// The hash is that of a fresh `str`, and both are equal.
    fn check_hash(&self) {
        let fresh = Text::new(self.object.py(), self.points.clone());
        assert_eq!(self.object.hash().unwrap(), fresh.object.hash().unwrap());
        assert!(self.object.eq(&fresh.object).unwrap());
        if let Some(model) = points::to_text(&self.points) {
            assert_eq!(self.object.to_str().unwrap(), model);
        }
    }
}

/// Behind the units of a `str` there is a zero.
fn check_end<T: Copy + Default + PartialEq + std::fmt::Debug>(units: &[T]) {
    let end = units.as_ptr().wrapping_add(units.len());
    // SAFETY: CPython allocates one unit more than the text has.
    assert_eq!(unsafe { end.read() }, T::default());
}
