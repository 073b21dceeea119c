//! A buffer belongs to an attached thread, and a capsule's value can be reached from any.

use std::sync::Arc;

use pyptr::Python;
use pyptr::buffer::PyBuffer;
use pyptr::types::{DateTimeApi, PyCapsule};

fn detached(py: Python<'_>, buffer: PyBuffer<'_>) -> usize {
    let len = buffer.len_bytes();
    py.detach(|| len)
}

fn released(py: Python<'_>, buffer: PyBuffer<'_>) {
    drop(buffer);
    py.detach(|| ())
}

fn api(py: Python<'_>, api: DateTimeApi<'_>) {
    py.detach(|| ());
    drop(api.date(2000, 1, 1));
}

fn capsule(py: Python<'_>) -> bool {
    PyCapsule::new(py, c"counter", Arc::new(3)).is_ok()
}

fn main() {}
