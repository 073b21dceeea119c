//! A function gets the state of its own module, of that type and no other.
#![forbid(unsafe_code)]

use pyptr::export::ModuleRef;
use pyptr::types::PyModule;
use pyptr::{Borrowed, PyResult};

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, String> {
    Ok(String::new())
}

fn address(module: ModuleRef<'_, '_, usize>) -> usize {
    *module.state()
}

pyptr::module! { mod first { state: String = new_state; fn address(self); } } //~ E0308
pyptr::module! { mod second { fn address(self); } } //~ E0308
pyptr::module! { mod third { state: usize = new_state; fn address(self); } } //~ E0277 "the state function returns `usize`, or a `Result` of it"

fn main() {}
