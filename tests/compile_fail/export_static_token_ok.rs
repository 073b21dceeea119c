//! An exported function that asks for a `Python<'static>` could keep it beyond the call.
#![forbid(unsafe_code)]

use pyptr::types::PyString;
use pyptr::{Owned, PyResult, Python};

fn by_parameter(py: Python<'_>) -> String {
    format!("{py:?}")
}

fn by_owned(text: Owned<'_, PyString>) -> bool {
    text.is_empty()
}

fn by_result<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    py.run(c"pass", None, None)
}

pyptr::module! { mod first { fn by_parameter(py: Python); } }
pyptr::module! { mod second { fn by_owned(text, /); } }
pyptr::module! { mod third { fn by_result(py: Python); } }

fn main() {}
