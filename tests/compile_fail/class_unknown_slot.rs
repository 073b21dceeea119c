//! A slot that Python does not have is refused by its name.
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

pyptr::class! {
    class Num {
        __lenn__(self) = Num::value; //~ E0425
    }
}

fn main() {}
