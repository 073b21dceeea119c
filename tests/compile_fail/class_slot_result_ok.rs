//! A slot returns what CPython needs.
#![forbid(unsafe_code)]

struct Num;
pyptr::traverse!(Num);

impl Num {
    fn len(&self) -> usize {
        0
    }
}

pyptr::class! {
    class Num {
        __len__(self) = Num::len;
    }
}

fn main() {}
