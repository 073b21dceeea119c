//! A method does not keep the instance.
#![forbid(unsafe_code)]

use pyptr::Borrowed;

struct Num;
pyptr::traverse!(Num);

impl Num {
    fn keep(this: &'static Borrowed<'static, Num>) {
        let _ = this;
    }
}

pyptr::class! { //~ E0521 E0716
    class Num {
        fn keep(self);
    }
}

fn main() {}
