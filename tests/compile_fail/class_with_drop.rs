//! A struct that shows references has no `Drop`, in which it could use what the collector has cleared.
#![forbid(unsafe_code)]

use pyptr::Shared;
use pyptr::types::PyAny;

#[allow(dead_code)]
struct Pair {
    a: Shared<PyAny>,
    b: Shared<PyAny>,
    n: usize,
}

impl Drop for Pair {
    fn drop(&mut self) {}
}

pyptr::traverse!(Pair { a, b, n: _ }); //~ E0509

fn main() {}
