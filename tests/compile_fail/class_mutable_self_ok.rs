//! Threads share an instance: no method has it for itself.
#![forbid(unsafe_code)]

use pyptr::class::Scalar;

struct Num {
    value: Scalar<usize>,
}
pyptr::traverse!(Num { value });

impl Num {
    fn set(&self, value: usize) {
        self.value.set(value);
    }
}

pyptr::class! {
    class Num {
        fn set(self, value);
    }
}

fn main() {}
