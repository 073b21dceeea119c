//! A slot that Python does not have is refused by its name.
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

pyptr::class! {
    class Num {
        __len__(self) = Num::value;
    }
}

fn main() {}
