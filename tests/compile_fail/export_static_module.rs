//! An exported function that asks for a module of any lifetime but the call's could keep its state.
#![forbid(unsafe_code)]

use pyptr::export::ModuleRef;
use pyptr::types::PyModule;
use pyptr::{Borrowed, PyResult};

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, String> {
    Ok(String::new())
}

fn keep(module: ModuleRef<'static, 'static, String>) -> usize {
    let state: &'static String = module.state();
    state.len()
}

fn half(module: ModuleRef<'static, '_, String>) -> usize {
    module.state().len()
}

pyptr::module! { mod first { state: String = new_state; fn keep(self); } } //~ E0521 E0716
pyptr::module! { mod second { state: String = new_state; fn half(self); } } //~ E0521 E0716

fn main() {}
