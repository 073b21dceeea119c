//! A class that names a state is for modules of that state.
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

use pyptr::types::PyModule;
use pyptr::{Borrowed, PyResult};

#[allow(dead_code)]
struct One(u8);
#[allow(dead_code)]
struct Two(u8);

fn one<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, One> {
    Ok(One(1))
}

fn two<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, Two> {
    Ok(Two(2))
}

pyptr::class! { #[state(One)] class Num { fn value(self); } }
pyptr::module! { mod unused { state: Two = two; } }

pyptr::module! { mod numbers { state: Two = two; class Num; } } //~ E0277
const _: () = {
    let _ = one;
};

fn main() {}
