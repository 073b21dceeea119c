//! A field that is read in place never changes.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use pyptr::Shared;
use pyptr::types::PyAny;

struct Holder {
    object: Shared<PyAny>,
}
pyptr::traverse!(Holder { object });

pyptr::class! { class Holder { field object; } }

fn main() {}
