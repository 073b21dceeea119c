//! A function gets the state of its own module, of that type and no other.
#![forbid(unsafe_code)]

use pyptr::export::ModuleRef;
use pyptr::types::PyModule;
use pyptr::{Borrowed, PyResult};

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, usize> {
    Ok(0)
}

fn address(module: ModuleRef<'_, '_, usize>) -> usize {
    *module.state()
}

fn stateless(_module: ModuleRef<'_, '_, ()>) {}

pyptr::module! { mod first { state: usize = new_state; fn address(self); } }
pyptr::module! { mod second { fn stateless(self); } }
pyptr::module! { mod third { state: usize = self::new_state; fn address(self); } }

fn main() {}
