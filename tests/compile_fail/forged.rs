//! Tokens come from an attached thread or an exception, and from nowhere else.

use std::marker::PhantomData;

use pyptr::{Python, Raised};

fn python() {
    let _token = Python(PhantomData); //~ E0423
}

fn raised() {
    let _token = Raised(PhantomData); //~ E0423
}

fn main() {}
