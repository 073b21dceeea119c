//! What a function returns as an error becomes an exception.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use pyptr::error::PyValueError;
use pyptr::types::PyModule;
use pyptr::{Borrowed, IntoRaised, Python, Raised};

struct Plain;
impl IntoRaised<'_> for Plain {
    fn into_raised(self, py: Python<'_>) -> Raised<'_> {
        py.raise::<PyValueError>("plain")
    }
}

fn fails() -> Result<i64, Plain> {
    Err(Plain)
}

fn state_fails(_module: &Borrowed<'_, PyModule>) -> Result<i64, Plain> {
    Err(Plain)
}

pyptr::module! { mod first { fn fails(); } }
pyptr::module! { mod third { state: i64 = state_fails; } }

fn main() {}
