//! A static or a thread-local holds a `Shared`, never what belongs to an attached thread.

use std::cell::{Cell, RefCell};

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python, Shared};

thread_local! {
    static BORROWED: RefCell<Option<Shared<PyAny>>> = const { RefCell::new(None) };
    static OWNED: RefCell<Option<Shared<PyAny>>> = const { RefCell::new(None) };
    static TOKEN: Cell<Option<()>> = const { Cell::new(None) };
}

fn borrowed(object: &Borrowed<'_, PyAny>) {
    BORROWED.with(|kept| *kept.borrow_mut() = Some(object.new_ref().into_shared()));
}

fn owned(object: Owned<'_, PyAny>) {
    OWNED.with(|kept| *kept.borrow_mut() = Some(object.into_shared()));
}

fn token(_py: Python<'_>) {
    TOKEN.with(|kept| kept.set(Some(())));
}

fn main() {}
