//! What a buffer says of its memory lives as long as the buffer.

use std::ffi::CString;

use pyptr::buffer::PyBuffer;

fn shape(buffer: PyBuffer<'_>) -> usize {
    let shape = buffer.shape();
    shape.len()
}

fn format<'py>(buffer: PyBuffer<'py>) -> CString {
    buffer.format().to_owned()
}

fn raw(buffer: &PyBuffer<'_>) -> u8 {
    // SAFETY: not empty, in this example, and nothing runs meanwhile.
    unsafe { *buffer.as_ptr() }
}

fn main() {}
