//! A borrowed str is not ours to give away: `append` wants an owned one.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, PyResult};

fn append<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    let right = PyString::new(left.py(), "right")?;
    left.append(&right) //~ E0277
}

fn main() {}
