//! The text of a str is lent by it: the str cannot grow in place meanwhile.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, PyResult};

fn append<'py>(
    left: Owned<'py, PyString>,
    right: &Borrowed<'py, PyString>,
) -> PyResult<'py, usize> {
    let text = left.to_str()?.len();
    let longer = left.append(right)?;
    Ok(longer.len() + text)
}

fn main() {}
