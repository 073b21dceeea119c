//! A class that Python derives from has a `new`.
#![forbid(unsafe_code)]

struct Num;
pyptr::traverse!(Num);

impl Num {
    fn new() -> Num {
        Num
    }
}

pyptr::module! { mod numbers { class Num; } }

pyptr::class! { #[flags(subclass)] class Num {} } //~ E0080
const _: fn() -> Num = Num::new;

fn main() {}
