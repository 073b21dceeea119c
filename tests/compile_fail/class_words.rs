//! What stands in a declaration of a class and means nothing there is refused.
#![forbid(unsafe_code)]
#![allow(dead_code)]

pyptr::traverse!(Flagged);
struct Flagged;
pyptr::class! { #[flags(final)] class Flagged {} } //~ compile_error

pyptr::traverse!(Initialised);
struct Initialised;
impl Initialised {
    fn init(&self) {}
}
pyptr::class! { class Initialised { __init__(self) = Initialised::init; } } //~ compile_error

pyptr::traverse!(Worded);
struct Worded;
impl Worded {
    fn len(&self) -> usize {
        0
    }
}
pyptr::class! { class Worded { def len(self); } } //~ compile_error

pyptr::traverse!(Typed);
struct Typed;
impl Typed {
    fn twice(&self, number: usize) -> usize {
        number * 2
    }
}
pyptr::class! { class Typed { fn twice(self, number: usize); } } //~ compile_error

fn main() {}
