//! A module has the classes of its declaration.
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

use pyptr::export::ModuleRef;
use pyptr::{Owned, PyResult};

pyptr::class! { class Num { fn value(self); } }

fn make<'py>(module: ModuleRef<'_, 'py, ()>) -> PyResult<'py, Owned<'py, Num>> {
    module.class::<Num>()?.instance(Num { value: 3 }) //~ E0277
}

pyptr::module! { mod numbers { fn make(self); } }

fn main() {}
