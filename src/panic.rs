//! Rust panics on their way to Python.
pub(crate) fn install_hook() {}
