//! Tokens come from an attached thread or an exception, and from nowhere else.

use std::marker::PhantomData;

use pyptr::{Python, Raised};

fn python() {
    Python::attach(|_token| ());
}

fn raised(py: Python<'_>) {
    let _token = Raised::occurred(py);
}

fn main() {}
