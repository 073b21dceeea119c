//! A field that is read in place never changes.
#![forbid(unsafe_code)]
#![allow(dead_code)]

use pyptr::class::Slot;
use pyptr::types::PyAny;

struct Holder {
    object: Slot<PyAny>,
}
pyptr::traverse!(Holder { object });

pyptr::class! { class Holder { field object; } } //~ E0277

fn main() {}
