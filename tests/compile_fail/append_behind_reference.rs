//! An owned str that is only lent cannot be stolen either.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, PyResult};

fn append<'py>(
    left: &Owned<'py, PyString>,
    right: &Borrowed<'py, PyString>,
) -> PyResult<'py, Owned<'py, PyString>> {
    left.append(right) //~ E0507
}

fn main() {}
