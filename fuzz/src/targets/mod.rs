//! What is fuzzed: for each target a function that carries an input out, and compares what happens with a model.

pub mod arguments;
pub mod buffer;
pub mod convert;
pub mod program;
pub mod text;

use std::ffi::CStr;

use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyDict};
use pyptr::{Owned, Python};

/// What `source` defines under a name. `names` keeps its namespace.
fn helper<'py>(
    py: Python<'py>,
    names: &'static OnceObject<PyDict>,
    source: &CStr,
    name: &str,
) -> Owned<'py, PyAny> {
    let names = names.get_or_try_init(py, |py| {
        let names = PyDict::new(py)?;
        py.run(source, Some(&names), None)?;
        Ok(names)
    });
    names.unwrap().get_str(name).unwrap().unwrap()
}
