//! What is borrowed from an instance does not outlive it.
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

use pyptr::Owned;

pyptr::class! { class Num { fn value(self); } }

fn last<'py>(num: Owned<'py, Num>) -> usize {
    let value = num.payload().value();
    drop(num);
    value
}
const _: fn(Owned<'static, Num>) -> usize = last;

fn main() {}
