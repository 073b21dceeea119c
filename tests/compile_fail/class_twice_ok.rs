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

struct Other;
pyptr::traverse!(Other);
pyptr::class! { class Num { fn value(self); } }
pyptr::class! { class Other {} }

fn main() {}
