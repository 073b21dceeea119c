//! A static or a thread-local holds a `Shared`, never what belongs to an attached thread.

use std::cell::{Cell, RefCell};

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python};

thread_local! {
    static BORROWED: Cell<Option<&'static Borrowed<'static, PyAny>>> = const { Cell::new(None) };
    static OWNED: RefCell<Option<Owned<'static, PyAny>>> = const { RefCell::new(None) };
    static TOKEN: Cell<Option<Python<'static>>> = const { Cell::new(None) };
}

fn borrowed(object: &Borrowed<'_, PyAny>) {
    BORROWED.with(|kept| kept.set(Some(object))); //~ E0521
}

fn owned(object: Owned<'_, PyAny>) {
    OWNED.with(|kept| *kept.borrow_mut() = Some(object)); //~ E0521
}

fn token(py: Python<'_>) {
    TOKEN.with(|kept| kept.set(Some(py))); //~ E0521
}

fn main() {}
