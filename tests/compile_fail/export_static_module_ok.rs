//! An exported function that asks for a module of any lifetime but the call's could keep its state.
#![forbid(unsafe_code)]

use pyptr::export::ModuleRef;
use pyptr::types::PyModule;
use pyptr::{Borrowed, PyResult};

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, String> {
    Ok(String::new())
}

fn keep(module: ModuleRef<'_, '_, String>) -> usize {
    let state: &String = module.state();
    state.len()
}

fn half(module: ModuleRef<'_, '_, String>) -> usize {
    module.state().len()
}

pyptr::module! { mod first { state: String = new_state; fn keep(self); } }
pyptr::module! { mod second { state: String = new_state; fn half(self); } }

fn main() {}
