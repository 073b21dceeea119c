//! A field that `traverse!` does not name is refused.
#![forbid(unsafe_code)]

use pyptr::Shared;
use pyptr::types::PyAny;

#[allow(dead_code)]
struct Pair {
    left: Shared<PyAny>,
    right: Shared<PyAny>,
    count: usize,
}

pyptr::traverse!(Pair { left, right, count: _ });

fn main() {}
