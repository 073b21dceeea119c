//! Covariance stops at a `Cell`: a shorter reference cannot be smuggled into a longer-lived one.

use std::cell::{Cell, RefCell};

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python};

fn borrow<'py>(cell: &Cell<Option<&Borrowed<'py, PyAny>>>, object: Owned<'py, PyAny>) {
    cell.set(Some(&object)); //~ E0597
}

fn token<'long>(cell: &RefCell<Option<Owned<'long, PyAny>>>) {
    Python::attach(|py| *cell.borrow_mut() = Some(py.none().as_any().new_ref())); //~ E0521
}

fn widened<'short, 'long: 'short>(
    cell: &'short Cell<Option<Owned<'long, PyAny>>>,
) -> &'short Cell<Option<Owned<'short, PyAny>>> {
    cell //~ lifetime
}

fn main() {}
