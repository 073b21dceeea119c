//! Exporting a function does not make it safe to call.

use pyptr::Borrowed;
use pyptr::types::PyAny;

fn peek(object: &Borrowed<'_, PyAny>) -> i64 {
    unsafe { *object.as_ptr().cast::<i64>() }
}

pyptr::module! {
    /// A module.
    mod exports {
        /// Reads memory.
        fn peek(object, /);
    }
}

fn main() {}
