//! A method does not keep the instance.
#![forbid(unsafe_code)]

use pyptr::Borrowed;

struct Num;
pyptr::traverse!(Num);

impl Num {
    fn keep(this: &Borrowed<'_, Num>) {
        let _ = this;
    }
}

pyptr::class! {
    class Num {
        fn keep(self);
    }
}

fn main() {}
