//! The place of an object cannot be moved out of, copied or returned by value.

use pyptr::Borrowed;
use pyptr::types::PyAny;

fn moved(object: &Borrowed<'_, PyAny>) {
    let _place = *object; //~ E0507
}

fn returned<'py>(object: &Borrowed<'py, PyAny>) -> Borrowed<'py, PyAny> {
    *object //~ E0507
}

fn boxed(object: &Borrowed<'_, PyAny>) {
    drop(Box::new(*object)); //~ E0507
}

fn main() {}
