//! An instance is made by its class: a value of the struct is none.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use pyptr::class::ClassRef;
use pyptr::{Owned, PyResult};

struct Num {
    value: i64,
}
pyptr::traverse!(Num { value });

impl Num {
    fn next<'py>(&self, class: ClassRef<'_, 'py, Num>) -> PyResult<'py, Num> {
        let value = self.value + 1;
        let _ = class;
        Ok(Num { value })
    }

    fn same<'py>(&self, class: ClassRef<'_, 'py, Num>) -> PyResult<'py, Owned<'py, Num>> {
        let value = self.value;
        class.instance(Num { value })
    }
}

pyptr::class! { class Num { fn next(self, class: Class); } } //~ E0277

fn main() {}
