//! The builtin type is part of the pointer's type. A cast checks, and only going up is free.

use pyptr::types::{PyAny, PyInt, PyString};
use pyptr::{Borrowed, Owned, PyResult};

fn shout<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    text.concat_str("!")
}

fn int<'py>(number: &Borrowed<'py, PyInt>) -> PyResult<'py, Owned<'py, PyString>> {
    shout(number) //~ E0308
}

fn any<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
    shout(object) //~ E0308
}

fn owned<'py>(object: Owned<'py, PyAny>) -> Owned<'py, PyString> {
    object //~ E0308
}

fn method(object: &Borrowed<'_, PyAny>) -> bool {
    object.to_str().is_ok() //~ E0599
}

fn main() {}
