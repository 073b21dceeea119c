//! Nothing that belongs to an attached thread is used on another.

use std::thread;

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python};

fn spawned(object: Owned<'static, PyAny>) {
    thread::spawn(move || drop(object)); //~ E0277
}

fn spawned_borrowed(object: &'static Borrowed<'static, PyAny>) {
    thread::spawn(move || object.refcount()); //~ E0277
}

fn spawned_token(py: Python<'static>) {
    thread::spawn(move || py.none().refcount()); //~ E0277
}

fn scoped(object: Owned<'_, PyAny>) {
    thread::scope(|scope| {
        scope.spawn(|| object.refcount()); //~ E0277
    });
}

fn scoped_borrowed(object: &Borrowed<'_, PyAny>) {
    thread::scope(|scope| {
        scope.spawn(|| object.refcount()); //~ E0277
    });
}

fn scoped_token(py: Python<'_>) {
    thread::scope(|scope| {
        scope.spawn(|| py.none().refcount()); //~ E0277
    });
}

fn main() {}
