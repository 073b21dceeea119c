//! A slot has the parameters that Python passes.
#![forbid(unsafe_code)]

#[allow(dead_code)]
struct Num {
    value: usize,
}
pyptr::traverse!(Num { value });

impl Num {
    fn value(&self) -> usize {
        self.value
    }
}

impl Num {
    fn more(&self, more: usize) -> usize {
        self.value + more
    }
}

pyptr::module! { mod numbers { class Num; } }

pyptr::class! { class Num { fn more(self, more); } }

fn main() {}
