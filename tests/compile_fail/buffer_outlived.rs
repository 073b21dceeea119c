//! What a buffer says of its memory lives as long as the buffer.

use std::ffi::CStr;

use pyptr::buffer::PyBuffer;

fn shape(buffer: PyBuffer<'_>) -> usize {
    let shape = buffer.shape();
    drop(buffer); //~ E0505
    shape.len()
}

fn format<'py>(buffer: PyBuffer<'py>) -> &'py CStr {
    buffer.format() //~ E0515
}

fn raw(buffer: &PyBuffer<'_>) -> u8 {
    *buffer.as_ptr() //~ E0133
}

fn main() {}
