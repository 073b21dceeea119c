//! An exporter's fields, and memory to which they lead.

use std::ffi::CStr;

use crate::exporter::Fields;
use crate::input::Input;

const FORMATS: &[Option<&CStr>] = &[
    None,
    Some(c"B"),
    Some(c"b"),
    Some(c"c"),
    Some(c"h"),
    Some(c"@H"),
    Some(c"=i"),
    Some(c"<I"),
    Some(c">i"),
    Some(c"!q"),
    Some(c"q"),
    Some(c"L"),
    Some(c"n"),
    Some(c"f"),
    Some(c"<d"),
    Some(c"d"),
    Some(c"e"),
    Some(c"?"),
    Some(c""),
    Some(c"2h"),
    Some(c"O"),
    Some(c"<O"),
    Some(c"T{i:x:O:y:}"),
    Some(c"T{i:O:d:y:}"),
];

const ITEM_SIZES: &[isize] = &[1, 1, 2, 4, 4, 8, 8, 3, 16, 0];
const POINTER: isize = size_of::<usize>() as isize;
/// No more elements, which keeps an input fast.
const MOST: isize = 200;

/// What `bf_getbuffer` says, and whether the memory is there.
pub struct Made {
    pub fields: Fields,
    /// The memory behind pointers.
    pub rows: Vec<Vec<u8>>,
    /// The address of each element, in C order, as the definition of the protocol has it.
    pub elements: Vec<*mut u8>,
}

/// The numbers of a buffer, all of them.
struct Numbers {
    item_size: isize,
    shape: Vec<isize>,
    strides: Vec<isize>,
    suboffsets: Vec<isize>,
}

impl Made {
    /// An exporter that tells the truth.
    pub fn new(input: &mut Input<'_>) -> Made {
        let dimensions = input.below(5);
        let item_size = input.choose(ITEM_SIZES);
        let mut shape: Vec<isize> = (0..dimensions).map(|_| extent(input)).collect();
        while shape.iter().product::<isize>() > MOST {
            shape.pop();
            shape.push(1);
            if shape.iter().product::<isize>() > MOST {
                shape[0] = 1;
            }
        }
        let row = in_a_row(&shape, item_size, false);
        let strides = match input.below(5) {
            0 => None,
            1 => Some(row.clone()),
            2 => Some(in_a_row(&shape, item_size, true)),
            _ => Some((0..dimensions).map(|_| stride(input, item_size)).collect()),
        };
        let suboffsets = match input.below(4) {
            0 => Some((0..dimensions).map(|_| suboffset(input)).collect()),
            1 => Some(vec![-1; dimensions]),
            _ => None,
        };
        let mut numbers = Numbers {
            item_size,
            strides: strides.clone().unwrap_or(row),
            suboffsets: suboffsets.clone().unwrap_or_default(),
            shape,
        };
        let (fill, mut rows) = (input.byte(), Vec::new());
        let mut suboffsets = suboffsets;
        let (memory, start) = match numbers.block(0, fill, &mut rows) {
            Some(block) => block,
            // Pointers that overlap.
            None => {
                suboffsets = None;
                numbers.suboffsets.clear();
                rows.clear();
                numbers.block(0, fill, &mut rows).unwrap()
            }
        };
        let shape_left_out = dimensions == 0 || (dimensions == 1 && item_size > 0 && input.flag());
        let fields = Fields {
            start,
            len: numbers.shape.iter().product::<isize>() * item_size,
            item_size,
            readonly: input.below(4) == 0,
            format: input.choose(FORMATS),
            dimensions: dimensions as i32,
            shape: (!shape_left_out).then(|| numbers.shape.clone()),
            strides,
            suboffsets,
            memory,
        };
        let mut made = Made {
            fields,
            rows,
            elements: Vec::new(),
        };
        made.elements = numbers.elements(&mut made.fields.memory, start);
        made
    }

    /// Changes a number. The memory may not be there any more.
    pub fn lie(&mut self, input: &mut Input<'_>) {
        const EXTREMES: &[isize] = &[
            0,
            1,
            -1,
            2,
            3,
            -8,
            255,
            isize::MAX,
            isize::MIN,
            isize::MAX / 2,
            1 << (isize::BITS / 2),
            isize::MAX / 3 * 2 - 2,
        ];
        let fields = &mut self.fields;
        let (number, dimensions) = (input.choose(EXTREMES), fields.dimensions);
        let change = |numbers: &mut Option<Vec<isize>>, index: usize| {
            if let Some(place) = numbers.as_mut().and_then(|numbers| numbers.get_mut(index)) {
                *place = number;
            }
        };
        for _ in 0..=input.below(2) {
            match input.below(9) {
                0 => fields.len = number,
                1 => fields.item_size = number,
                2 => fields.len = fields.len.wrapping_add(number),
                3 => change(&mut fields.shape, input.below(4)),
                4 => change(&mut fields.strides, input.below(4)),
                5 => fields.shape = None,
                // More dimensions would be numbers that are not there.
                6 => fields.dimensions = dimensions.min(input.below(4) as i32),
                7 => fields.dimensions = input.choose(&[-1, 65, i32::MAX, i32::MIN]),
                _ => {
                    fields.memory.clear();
                    fields.start = 0;
                }
            }
        }
    }
}

fn extent(input: &mut Input<'_>) -> isize {
    input.choose(&[1, 2, 3, 4, 2, 3, 5, 7, 0])
}

fn stride(input: &mut Input<'_>, item_size: isize) -> isize {
    let number = isize::from(input.signed() / 4);
    number * input.choose(&[item_size, POINTER, 1])
}

fn suboffset(input: &mut Input<'_>) -> isize {
    input.choose(&[-1, -1, 0, 1, 7, -5])
}

fn in_a_row(shape: &[isize], item_size: isize, fortran: bool) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut size = item_size;
    let order: Vec<usize> = match fortran {
        true => (0..shape.len()).collect(),
        false => (0..shape.len()).rev().collect(),
    };
    for dimension in order {
        strides[dimension] = size;
        size *= shape[dimension];
    }
    strides
}

impl Numbers {
    /// Whether the elements behind an index of this dimension are reached by a pointer.
    fn indirect(&self, dimension: usize) -> bool {
        self.suboffsets
            .get(dimension)
            .is_some_and(|&offset| offset >= 0)
    }

    /// Memory for the dimensions from this one up to the next that has pointers, and behind these more memory; and the
    /// offset in it that index 0 has. `None` if pointers overlap.
    fn block(&self, first: usize, fill: u8, rows: &mut Vec<Vec<u8>>) -> Option<(Vec<u8>, usize)> {
        let all = first..self.shape.len();
        let last = all.clone().find(|&dimension| self.indirect(dimension));
        let own = first..last.map_or(self.shape.len(), |last| last + 1);
        let mut offsets = vec![0_isize];
        for dimension in own.clone() {
            let strides = (0..self.shape[dimension]).map(|index| index * self.strides[dimension]);
            let strides: Vec<isize> = strides.collect();
            offsets = offsets
                .iter()
                .flat_map(|offset| strides.iter().map(move |more| offset + more))
                .collect();
        }
        let size = if last.is_some() {
            POINTER
        } else {
            self.item_size
        };
        offsets.sort();
        offsets.dedup();
        let (Some(low), Some(high)) = (offsets.first(), offsets.last()) else {
            // No elements.
            return Some((vec![fill; 3], 1));
        };
        let start = -low;
        let mut memory: Vec<u8> = (0..high + size - low)
            .map(|at| fill.wrapping_add(at as u8).wrapping_mul(31))
            .collect();
        if let Some(last) = last {
            if offsets.windows(2).any(|pair| pair[1] - pair[0] < POINTER) {
                return None;
            }
            for offset in offsets.iter() {
                let (mut row, origin) = self.block(
                    last + 1,
                    fill.wrapping_add((rows.len() as u8).wrapping_mul(7))
                        .wrapping_add(3),
                    rows,
                )?;
                let pointer = row
                    .as_mut_ptr()
                    .wrapping_add(origin)
                    .wrapping_offset(-self.suboffsets[last]);
                let place = (start + offset) as usize;
                memory[place..place + POINTER as usize]
                    .copy_from_slice(&pointer.addr().to_ne_bytes());
                rows.push(row);
            }
        }
        Some((memory, start as usize))
    }

    /// The address of each element, in C order: what the manual says of `Py_buffer`.
    fn elements(&self, memory: &mut [u8], start: usize) -> Vec<*mut u8> {
        if self.shape.contains(&0) {
            return Vec::new();
        }
        let mut indices = vec![0_isize; self.shape.len()];
        let mut elements = Vec::new();
        loop {
            let mut place = memory.as_mut_ptr().wrapping_add(start);
            for (dimension, index) in indices.iter().enumerate() {
                place = place.wrapping_offset(self.strides[dimension] * index);
                if self.indirect(dimension) {
                    // SAFETY: `block` has put a pointer there.
                    let pointer = unsafe { place.cast::<*mut u8>().read_unaligned() };
                    place = pointer.wrapping_offset(self.suboffsets[dimension]);
                }
            }
            elements.push(place);
            // The next indices, of which the last changes first.
            let next = (0..indices.len()).rev().find(|&dimension| {
                indices[dimension] += 1;
                let within = indices[dimension] < self.shape[dimension];
                if !within {
                    indices[dimension] = 0;
                }
                within
            });
            if next.is_none() {
                return elements;
            }
        }
    }
}
