//! Any thread calls a module's functions with its state: it is `Send`, `Sync` and holds nothing borrowed.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::rc::Rc;

use pyptr::types::PyModule;
use pyptr::{Borrowed, Owned, PyResult, Shared};

fn cell<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, Cell<usize>> {
    Ok(Cell::new(0))
}

fn counted<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, Rc<usize>> {
    Ok(Rc::new(0))
}

fn attached<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, Owned<'py, PyModule>> {
    Ok(module.new_ref())
}

pyptr::module! { mod first { state: Cell<usize> = cell; } } //~ E0277
pyptr::module! { mod second { state: Rc<usize> = counted; } } //~ E0277
pyptr::module! { mod third { state: Owned<'static, PyModule> = attached; } } //~ E0277 E0521

fn main() {}
