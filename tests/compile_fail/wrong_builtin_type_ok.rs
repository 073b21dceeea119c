//! The builtin type is part of the pointer's type. A cast checks, and only going up is free.

use pyptr::types::{PyAny, PyInt, PyString};
use pyptr::{Borrowed, Owned, PyResult};

fn shout<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    text.concat_str("!")
}

fn int<'py>(number: &Borrowed<'py, PyInt>) -> PyResult<'py, Owned<'py, PyString>> {
    let text = number.str()?;
    shout(&text)
}

fn any<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
    shout(object.cast()?)
}

fn owned<'py>(object: Owned<'py, PyString>) -> Owned<'py, PyAny> {
    object.into_any()
}

fn method(object: &Borrowed<'_, PyAny>) -> bool {
    object
        .cast::<PyString>()
        .is_ok_and(|text| text.to_str().is_ok())
}

fn main() {}
