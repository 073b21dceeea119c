//! A buffer belongs to an attached thread, and a capsule's value can be reached from any.

use std::rc::Rc;

use pyptr::Python;
use pyptr::buffer::PyBuffer;
use pyptr::types::{DateTimeApi, PyCapsule};

fn detached(py: Python<'_>, buffer: PyBuffer<'_>) -> usize {
    py.detach(|| buffer.len_bytes()) //~ E0277
}

fn released(py: Python<'_>, buffer: PyBuffer<'_>) {
    py.detach(move || drop(buffer)) //~ E0277
}

fn api(py: Python<'_>, api: DateTimeApi<'_>) {
    py.detach(move || drop(api.date(2000, 1, 1))) //~ E0277
}

fn capsule(py: Python<'_>) -> bool {
    PyCapsule::new(py, c"counter", Rc::new(3)).is_ok() //~ E0277
}

fn main() {}
