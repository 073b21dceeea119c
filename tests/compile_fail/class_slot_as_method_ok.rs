//! The method of a slot stands without `fn`: in the method table alone it would be no slot.
#![forbid(unsafe_code)]
#![allow(dead_code)]

struct Num;
pyptr::traverse!(Num);

impl Num {
    fn len(&self) -> usize {
        0
    }
}

pyptr::class! { class Num { __len__(self) = Num::len; } }

fn main() {}
