//! A reference that is shown twice is refused.
#![forbid(unsafe_code)]

use pyptr::Shared;
use pyptr::types::PyAny;

#[allow(dead_code)]
struct Pair {
    a: Shared<PyAny>,
    b: Shared<PyAny>,
    n: usize,
}

pyptr::traverse!(Pair { a, b, n: _ });

fn main() {}
