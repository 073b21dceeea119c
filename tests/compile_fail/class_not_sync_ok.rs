//! Threads share an instance: its value is `Send` and `Sync`.
#![forbid(unsafe_code)]

use std::cell::Cell;

use pyptr::class::Scalar;

#[allow(dead_code)]
struct Shown<T>(T);

struct Num {
    value: Scalar<usize>,
}
pyptr::traverse!(Num { value });

impl Num {
    fn value(&self) -> usize {
        self.value.get()
    }
}

pyptr::class! {
    class Num {
        fn value(self);
    }
}
const _: Option<Shown<Cell<u8>>> = None;

fn main() {}
