//! A reference that is shown twice is refused.
#![forbid(unsafe_code)]

use pyptr::Shared;
use pyptr::types::PyAny;

#[allow(dead_code)]
struct Pair {
    left: Shared<PyAny>,
    right: Shared<PyAny>,
    count: usize,
}

pyptr::traverse!(Pair { left, right, right, count: _ }); //~ E0025 E0416

fn main() {}
