//! A struct is one class.
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

pyptr::class! { class Num { fn value(self); } }
pyptr::class! { class Num {} } //~ E0119

fn main() {}
