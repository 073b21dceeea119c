//! Covariance stops at a `Cell`: a shorter reference cannot be smuggled into a longer-lived one.

use std::cell::{Cell, RefCell};

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python};

fn borrow<'a, 'py>(cell: &Cell<Option<&'a Borrowed<'py, PyAny>>>, object: &'a Owned<'py, PyAny>) {
    cell.set(Some(object));
}

fn token<'long>(cell: &RefCell<Option<Owned<'long, PyAny>>>, py: Python<'long>) {
    *cell.borrow_mut() = Some(py.none().as_any().new_ref());
}

fn widened<'short, 'long: 'short>(
    cell: &'short Cell<Option<Owned<'long, PyAny>>>,
) -> &'short Cell<Option<Owned<'long, PyAny>>> {
    cell
}

fn main() {}
