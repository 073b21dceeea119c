//! A struct that shows references has no `Drop`, in which it could use what the collector has cleared.
#![forbid(unsafe_code)]

use pyptr::Shared;
use pyptr::types::PyAny;

#[allow(dead_code)]
struct Pair {
    left: Shared<PyAny>,
    right: Shared<PyAny>,
    count: usize,
}

impl Drop for Pair {
    fn drop(&mut self) {}
}

pyptr::traverse!(Pair { left: _, right: _, count: _ });

fn main() {}
