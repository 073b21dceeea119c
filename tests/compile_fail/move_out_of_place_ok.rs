//! The place of an object cannot be moved out of, copied or returned by value.

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned};

fn moved(object: &Borrowed<'_, PyAny>) {
    let _place = object;
}

fn returned<'py>(object: &Borrowed<'py, PyAny>) -> Owned<'py, PyAny> {
    object.to_owned()
}

fn boxed(object: &Borrowed<'_, PyAny>) {
    drop(Box::new(object));
}

fn main() {}
