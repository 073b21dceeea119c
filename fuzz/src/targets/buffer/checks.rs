//! Compares what a `PyBuffer` says and does with the numbers and the elements.

use std::collections::HashMap;
use std::ffi::CStr;

use pyptr::PyResult;
use pyptr::buffer::{BufferElement, PyBuffer};
use pyptr::error::PyBufferError;

use super::rule::Accepted;
use crate::input::Input;

/// The elements in memory, in C order.
pub struct Elements<'a> {
    pub places: &'a [*mut u8],
    pub numbers: &'a Accepted,
}

/// What the numbers alone say.
pub fn check_numbers(buffer: &PyBuffer<'_>, numbers: &Accepted) {
    assert_eq!(buffer.shape(), numbers.shape);
    assert_eq!(buffer.strides(), numbers.strides);
    assert_eq!(buffer.suboffsets(), numbers.suboffsets);
    assert_eq!(buffer.dimensions(), numbers.shape.len());
    assert_eq!(buffer.len_bytes(), numbers.len);
    assert_eq!(buffer.item_size(), numbers.item_size);
    let count = numbers.len.checked_div(numbers.item_size).unwrap_or(0);
    assert_eq!(buffer.len(), count);
    assert_eq!(buffer.is_empty(), count == 0);
    assert_eq!(buffer.format(), numbers.format);
    assert_eq!(buffer.is_readonly(), numbers.readonly);
    assert!(format!("{buffer:?}").starts_with("PyBuffer"));
    // Beyond the end, and another number of dimensions.
    let mut beyond: Vec<usize> = vec![0; numbers.shape.len() + 1];
    assert!(buffer.item_ptr(&beyond).is_none());
    beyond.pop();
    for (dimension, &extent) in numbers.shape.iter().enumerate() {
        for index in [extent as usize, usize::MAX, isize::MAX as usize + 1] {
            beyond[dimension] = index;
            assert!(buffer.item_ptr(&beyond).is_none());
        }
        beyond[dimension] = 0;
    }
}

fn refused<T>(result: PyResult<'_, T>) {
    match result {
        Ok(_) => panic!("not refused"),
        Err(raised) => assert!(raised.is::<PyBufferError>()),
    }
}

impl Elements<'_> {
    /// The bytes of all elements.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for &place in self.places {
            // SAFETY: an element of this size, in memory that is still there.
            let element = unsafe { std::slice::from_raw_parts(place, self.numbers.item_size) };
            bytes.extend_from_slice(element);
        }
        bytes
    }

    /// The bytes of all elements after `content` is written to one after the other: some may be the same memory.
    fn after(&self, content: &[u8]) -> Vec<u8> {
        let size = self.numbers.item_size;
        let places = || {
            let places = self.places.iter();
            places.flat_map(|place| (0..size).map(|at| place.wrapping_add(at)))
        };
        let memory: HashMap<*mut u8, u8> = places().zip(content.iter().copied()).collect();
        places().map(|place| memory[&place]).collect()
    }

    /// Whether each element is behind the one before, if these are in C order.
    fn in_a_row(&self, places: impl Iterator<Item = *mut u8>) -> bool {
        let first = self.places[0];
        let size = self.numbers.item_size;
        !self.numbers.is_indirect()
            && places
                .enumerate()
                .all(|(count, place)| place == first.wrapping_add(count * size))
    }

    /// The places with the first index changing fastest.
    fn fortran(&self) -> impl Iterator<Item = *mut u8> {
        let shape = &self.numbers.shape;
        (0..self.places.len()).map(move |count| {
            let (mut rest, mut at) = (count, 0);
            let mut weight: usize = shape.iter().product::<isize>() as usize;
            for &extent in shape {
                weight /= extent as usize;
                at += rest % extent as usize * weight;
                rest /= extent as usize;
            }
            self.places[at]
        })
    }
}

/// Every method that has to do with the content.
pub fn check_content(input: &mut Input<'_>, buffer: &PyBuffer<'_>, elements: &Elements<'_>) {
    let numbers = elements.numbers;
    let content = if numbers.len == 0 {
        Vec::new()
    } else {
        elements.bytes()
    };
    assert_eq!(buffer.to_vec().unwrap(), content);
    let mut copy = vec![0; numbers.len];
    buffer.read_into(&mut copy).unwrap();
    assert_eq!(copy, content);
    refused(buffer.read_into(&mut vec![0; numbers.len + 1]));
    refused(buffer.write_from(&vec![0; numbers.len + 1]));
    check_places(buffer, elements);
    let c_order = numbers.len == 0 || elements.in_a_row(elements.places.iter().copied());
    assert_eq!(buffer.is_contiguous(), c_order);
    let fortran = numbers.len == 0 || elements.in_a_row(elements.fortran());
    assert_eq!(buffer.is_fortran_contiguous(), fortran);
    check_types(buffer, elements, &content, c_order);
    let first = input.byte();
    let new: Vec<u8> = (0..numbers.len)
        .map(|at| first.wrapping_add(at as u8))
        .collect();
    if numbers.readonly || has_references(numbers.format) {
        refused(buffer.write_from(&new));
    } else {
        buffer.write_from(&new).unwrap();
        if numbers.len > 0 {
            assert_eq!(elements.bytes(), elements.after(&new));
        }
    }
}

fn check_places(buffer: &PyBuffer<'_>, elements: &Elements<'_>) {
    let shape = &elements.numbers.shape;
    if elements.numbers.len == 0 {
        assert!(buffer.item_ptr(&vec![0; shape.len()]).is_none());
        return;
    }
    for (count, &place) in elements.places.iter().enumerate() {
        let (mut rest, mut indices) = (count, vec![0; shape.len()]);
        for dimension in (0..shape.len()).rev() {
            indices[dimension] = rest % shape[dimension] as usize;
            rest /= shape[dimension] as usize;
        }
        assert_eq!(buffer.item_ptr(&indices), Some(place));
    }
}

/// What the formats are that have references: `O` outside of a field's name.
fn has_references(format: &CStr) -> bool {
    let outside = format.to_bytes().split(|&byte| byte == b':').step_by(2);
    outside.into_iter().any(|part| part.contains(&b'O'))
}

/// A number of this size and kind (`i`, `u` or `f`) in this machine's order, by the tables of the module `struct`.
fn means(format: &CStr, kind: u8, size: usize) -> bool {
    let (order, code) = match format.to_bytes() {
        [code] => (b'@', code),
        [order, code] => (*order, code),
        _ => return false,
    };
    let own = match order {
        b'@' | b'=' => true,
        b'<' => cfg!(target_endian = "little") || size == 1,
        b'>' | b'!' => cfg!(target_endian = "big") || size == 1,
        _ => false,
    };
    let codes: &[u8] = match kind {
        b'i' => b"bhilqn",
        b'u' => b"cBHILQN",
        _ => b"fd",
    };
    own && codes.contains(code)
}

fn check_types(buffer: &PyBuffer<'_>, elements: &Elements<'_>, content: &[u8], row: bool) {
    macro_rules! types {
        ($($kind:literal $type:ty),+) => {
            $(check_type(buffer, elements, content, row, $kind, <$type>::from_ne_bytes);)+
        };
    }
    types!(b'u' u8, b'i' i8, b'u' u16, b'i' i16, b'u' u32, b'i' i32, b'u' u64, b'i' i64, b'f' f32, b'f' f64,
        b'u' usize, b'i' isize);
}

fn check_type<T: BufferElement, const N: usize>(
    buffer: &PyBuffer<'_>,
    elements: &Elements<'_>,
    content: &[u8],
    row: bool,
    kind: u8,
    number: fn([u8; N]) -> T,
) {
    let numbers = elements.numbers;
    let fits = numbers.item_size == N && means(numbers.format, kind, N);
    let aligned = numbers.len == 0 || elements.places[0].cast::<T>().is_aligned();
    if !(fits && row && aligned) {
        refused(buffer.as_raw_slice::<T>());
        #[cfg(not(Py_GIL_DISABLED))]
        refused(buffer.cells::<T>());
        return;
    }
    let raw = buffer.as_raw_slice::<T>().unwrap();
    assert_eq!(raw.len(), numbers.len / N);
    if numbers.len > 0 {
        assert_eq!(raw.cast::<u8>(), elements.places[0]);
    }
    let _ = (content, number);
    #[cfg(not(Py_GIL_DISABLED))]
    {
        let bits = |value: T| {
            // SAFETY: a number of `N` bytes, without padding.
            unsafe { std::mem::transmute_copy::<T, [u8; N]>(&value) }
        };
        let cells = buffer.cells::<T>().unwrap();
        assert_eq!(cells.len(), raw.len());
        for (cell, bytes) in cells.iter().zip(content.chunks(N)) {
            assert_eq!(bits(cell.get()), bytes);
        }
        if numbers.readonly {
            return refused(buffer.cells_mut::<T>());
        }
        let cells = buffer.cells_mut::<T>().unwrap();
        for (cell, bytes) in cells.iter().zip(content.chunks(N)) {
            let reversed: [u8; N] = std::array::from_fn(|at| bytes[N - 1 - at]);
            cell.set(number(reversed));
            assert_eq!(bits(cell.get()), reversed);
            cell.set(number(bytes.try_into().unwrap()));
        }
        assert_eq!(elements.bytes(), content);
    }
}

/// `target.copy_buffer_from(source)` for objects with these elements.
pub fn check_copy(
    result: PyResult<'_, ()>,
    target: &Elements<'_>,
    source: &Elements<'_>,
    before: &[u8],
) {
    let (to, from) = (target.numbers, source.numbers);
    if to.len != from.len || to.readonly || has_references(to.format) {
        return refused(result);
    }
    result.unwrap();
    if to.len > 0 {
        assert_eq!(target.bytes(), target.after(before));
    }
}
