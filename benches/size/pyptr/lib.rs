//! A small extension: two functions, an error.

#![forbid(unsafe_code)]

use pyptr::error::PyValueError;
use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, PyResult};

fn add(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

fn shout<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    if text.is_empty() {
        return Err(text.py().raise::<PyValueError>("nothing to shout"));
    }
    text.concat_str("!")
}

pyptr::module! {
    mod small {
        /// Adds two ints.
        fn add(a, b);
        /// Adds an exclamation mark.
        fn shout(text, /);
    }
}
