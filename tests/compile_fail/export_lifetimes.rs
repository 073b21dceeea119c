//! An exported function takes its arguments for any lifetime: they live for the call.

use pyptr::types::{PyAny, PyInt};
use pyptr::{Borrowed, Owned};

fn any<'py>(object: &Borrowed<'py, PyAny>) -> Owned<'py, PyAny> {
    object.new_ref()
}

fn kept(_object: &'static Borrowed<'static, PyAny>) -> i64 {
    1
}

fn forever(_object: Owned<'static, PyInt>) -> i64 {
    2
}

pyptr::module! { //~ E0521
    /// A module.
    mod one {
        /// Serves any caller.
        fn any(object, /);
        /// Would keep its argument.
        fn kept(object, /);
    }
}

pyptr::module! { //~ E0521
    /// A module.
    mod two {
        /// Would keep its argument, too.
        fn forever(object, /);
    }
}

fn main() {}
