//! Any thread calls a module's functions with its state: it is `Send`, `Sync` and holds nothing borrowed.
#![forbid(unsafe_code)]

use std::sync::Arc;
use std::sync::Mutex;

use pyptr::types::PyModule;
use pyptr::{Borrowed, Owned, PyResult, Shared};

fn cell<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, Mutex<usize>> {
    Ok(Mutex::new(0))
}

fn counted<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, Arc<usize>> {
    Ok(Arc::new(0))
}

fn attached<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, Shared<PyModule>> {
    Ok(module.new_ref().into_shared())
}

pyptr::module! { mod first { state: Mutex<usize> = cell; } }
pyptr::module! { mod second { state: Arc<usize> = counted; } }
pyptr::module! { mod third { state: Shared<PyModule> = attached; } }

fn main() {}
