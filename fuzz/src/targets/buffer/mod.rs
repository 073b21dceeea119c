//! Buffers: of an exporter whose every number is chosen by the input, and of Python's own. What the crate hands out is
//! the element that the protocol's definition says, in the exporter's memory.

mod checks;
mod made;
mod python;
mod rule;

use pyptr::error::PyBufferError;
use pyptr::types::PyAny;
use pyptr::{Owned, PyResult, Python};

use crate::input::Input;
use checks::{Elements, check_content, check_copy, check_numbers};
use made::Made;
use rule::Accepted;

pub fn buffer(py: Python<'_>, data: &[u8]) {
    let mut input = Input::new(data);
    while !input.is_empty() {
        match input.below(4) {
            0 => python::python(py, &mut input),
            1 => pair(py, &mut input),
            _ => one(py, &mut input),
        }
    }
}

/// An exporter alone.
fn one(py: Python<'_>, input: &mut Input<'_>) {
    let mut made = Made::new(input);
    let honest = input.below(3) != 0;
    if !honest {
        made.lie(input);
    }
    let exported = Exported::new(py, made);
    let object = &exported.object;
    assert!(object.has_buffer());
    let Some(numbers) = &exported.numbers else {
        refused(object.buffer());
        return refused(object.buffer_mut());
    };
    if numbers.readonly {
        refused(object.buffer_mut());
    } else {
        check_numbers(&object.buffer_mut().unwrap(), numbers);
    }
    let buffer = object.buffer().unwrap();
    check_numbers(&buffer, numbers);
    assert!(buffer.object().unwrap().is(object));
    // There may be no memory behind other numbers.
    if honest {
        check_content(input, &buffer, &exported.elements().unwrap());
    }
    drop(buffer);
    assert_eq!(object.refcount(), 1);
}

/// A copy from one to another one, or to itself.
fn pair(py: Python<'_>, input: &mut Input<'_>) {
    let (source, target) = (Made::new(input), Made::new(input));
    let (source, target) = (Exported::new(py, source), Exported::new(py, target));
    let from = source.elements().unwrap();
    let to = target.elements().unwrap();
    let before = || match from.numbers.len {
        0 => Vec::new(),
        _ => from.bytes(),
    };
    let old = before();
    let result = target.object.copy_buffer_from(&source.object);
    check_copy(result, &to, &from, &old);
    let old = before();
    let result = source.object.copy_buffer_from(&source.object);
    check_copy(result, &from, &from, &old);
}

fn refused<T>(result: PyResult<'_, T>) {
    match result {
        Ok(_) => panic!("numbers that contradict one another, or read-only memory"),
        Err(raised) => assert!(raised.is::<PyBufferError>()),
    }
}

/// An object, and what is known of it.
struct Exported<'py> {
    object: Owned<'py, PyAny>,
    numbers: Option<Accepted>,
    places: Vec<*mut u8>,
    /// Freed after the object.
    _rows: Vec<Vec<u8>>,
}

impl<'py> Exported<'py> {
    fn new(py: Python<'py>, made: Made) -> Exported<'py> {
        Exported {
            numbers: rule::accepted(&made.fields),
            object: made.fields.export(py),
            places: made.elements,
            _rows: made.rows,
        }
    }

    fn elements(&self) -> Option<Elements<'_>> {
        let (numbers, places) = (self.numbers.as_ref()?, &self.places);
        Some(Elements { places, numbers })
    }
}
