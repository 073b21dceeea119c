//! `'py` cannot be made longer.

use pyptr::types::{PyAny, PyNone};
use pyptr::{Borrowed, Owned, Python, Raised};

fn owned<'short, 'long: 'short>(object: Owned<'short, PyAny>) -> Owned<'long, PyAny> {
    object //~ lifetime
}

fn borrowed<'a, 'short, 'long: 'short>(
    object: &'a Borrowed<'short, PyAny>,
) -> &'a Borrowed<'long, PyAny> {
    object //~ lifetime
}

fn borrow<'short, 'long: 'short>(
    object: &'short Borrowed<'long, PyAny>,
) -> &'long Borrowed<'long, PyAny> {
    object //~ lifetime
}

fn token<'py>(py: Python<'py>) -> Python<'static> {
    py //~ lifetime
}

fn raised<'py>(raised: Raised<'py>) -> Raised<'static> {
    raised //~ lifetime
}

fn singleton<'py>(py: Python<'py>) -> &'static Borrowed<'static, PyNone> {
    py.none() //~ lifetime
}

fn from_pointer<'py>(object: &Borrowed<'py, PyAny>) -> Python<'static> {
    object.py() //~ lifetime
}

fn main() {}
