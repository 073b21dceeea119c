//! An exported function that asks for a `Python<'static>` could keep it beyond the call.
#![forbid(unsafe_code)]

use pyptr::types::PyString;
use pyptr::{Owned, PyResult, Python};

fn by_parameter(py: Python<'static>) -> String {
    format!("{py:?}")
}

fn by_owned(text: Owned<'static, PyString>) -> bool {
    text.is_empty()
}

fn by_result(py: Python<'static>) -> PyResult<'static, ()> {
    py.run(c"pass", None, None)
}

pyptr::module! { mod first { fn by_parameter(py: Python); } } //~ E0521
pyptr::module! { mod second { fn by_owned(text, /); } } //~ E0521
pyptr::module! { mod third { fn by_result(py: Python); } } //~ E0521

fn main() {}
