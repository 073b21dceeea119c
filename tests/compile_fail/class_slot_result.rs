//! A slot returns what CPython needs.
#![forbid(unsafe_code)]

struct Num;
pyptr::traverse!(Num);

impl Num {
    fn len(&self) -> String {
        String::new()
    }
}

pyptr::class! { //~ E0277
    class Num {
        __len__(self) = Num::len;
    }
}

fn main() {}
