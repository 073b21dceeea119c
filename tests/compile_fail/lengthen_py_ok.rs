//! `'py` cannot be made longer.

use pyptr::types::{PyAny, PyNone};
use pyptr::{Borrowed, Owned, Python, Raised};

fn owned<'short, 'long: 'short>(object: Owned<'long, PyAny>) -> Owned<'short, PyAny> {
    object
}

fn borrowed<'a, 'short, 'long: 'short>(
    object: &'a Borrowed<'long, PyAny>,
) -> &'a Borrowed<'short, PyAny> {
    object
}

fn borrow<'short, 'long: 'short>(
    object: &'long Borrowed<'long, PyAny>,
) -> &'short Borrowed<'short, PyAny> {
    object
}

fn token<'py>(py: Python<'static>) -> Python<'py> {
    py
}

fn raised<'py>(raised: Raised<'static>) -> Raised<'py> {
    raised
}

fn singleton<'py>(py: Python<'py>) -> &'py Borrowed<'py, PyNone> {
    py.none()
}

fn from_pointer<'py>(object: &Borrowed<'py, PyAny>) -> Python<'py> {
    object.py()
}

fn main() {}
