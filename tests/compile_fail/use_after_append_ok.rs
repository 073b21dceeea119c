//! `append` steals its left side.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, PyResult};

fn twice<'py>(
    left: Owned<'py, PyString>,
    right: &Borrowed<'py, PyString>,
) -> PyResult<'py, Owned<'py, PyString>> {
    let once = left.new_ref().append(right)?;
    once.append(&left)
}

fn main() {}
