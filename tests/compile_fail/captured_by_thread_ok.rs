//! Nothing that belongs to an attached thread is used on another.

use std::thread;

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python, Shared};

fn spawned(object: Owned<'static, PyAny>) {
    let object = object.into_shared();
    thread::spawn(move || drop(object));
}

fn spawned_borrowed(object: &'static Borrowed<'static, PyAny>) {
    let object = Shared::from(object);
    thread::spawn(move || Python::attach(|py| object.bind(py).refcount()));
}

fn spawned_token() {
    thread::spawn(move || Python::attach(|py| py.none().refcount()));
}

fn scoped(object: Owned<'_, PyAny>) {
    let object = object.into_shared();
    thread::scope(|scope| {
        scope.spawn(|| Python::attach(|py| object.bind(py).refcount()));
    });
}

fn scoped_borrowed(object: &Borrowed<'_, PyAny>) {
    let object = Shared::from(object);
    thread::scope(|scope| {
        scope.spawn(|| Python::attach(|py| object.bind(py).refcount()));
    });
}

fn scoped_token() {
    thread::scope(|scope| {
        scope.spawn(|| Python::attach(|py| py.none().refcount()));
    });
}

fn main() {}
