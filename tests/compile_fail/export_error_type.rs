//! What a function returns as an error becomes an exception.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use pyptr::error::PyValueError;
use pyptr::types::PyModule;
use pyptr::{Borrowed, IntoRaised, Python, Raised};

struct Plain;

fn fails() -> Result<i64, Plain> {
    Err(Plain)
}

/// It would need a token for ever.
struct Static;
impl IntoRaised<'static> for Static {
    fn into_raised(self, py: Python<'static>) -> Raised<'static> {
        py.raise::<PyValueError>("for ever")
    }
}

fn for_ever() -> Result<i64, Static> {
    Err(Static)
}

fn state_fails(_module: &Borrowed<'_, PyModule>) -> Result<i64, Plain> {
    Err(Plain)
}

pyptr::module! { mod first { fn fails(); } } //~ E0277
pyptr::module! { mod second { fn for_ever(); } } //~ E0521
pyptr::module! { mod third { state: i64 = state_fails; } } //~ E0277 "`Plain` does not become a Python exception"

fn main() {}
