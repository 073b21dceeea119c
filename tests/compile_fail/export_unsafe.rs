//! Exporting a function does not make it safe to call.

use pyptr::Borrowed;
use pyptr::types::PyAny;

unsafe fn peek(object: &Borrowed<'_, PyAny>) -> i64 {
    unsafe { *object.as_ptr().cast::<i64>() }
}

pyptr::module! { //~ E0133
    /// A module.
    mod exports {
        /// Reads memory.
        fn peek(object, /);
    }
}

fn main() {}
