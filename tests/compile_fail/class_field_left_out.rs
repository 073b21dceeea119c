//! A field that `traverse!` does not name is refused.
#![forbid(unsafe_code)]

use pyptr::Shared;
use pyptr::types::PyAny;

#[allow(dead_code)]
struct Pair {
    a: Shared<PyAny>,
    b: Shared<PyAny>,
    n: usize,
}

pyptr::traverse!(Pair { a, n: _ }); //~ E0027

fn main() {}
