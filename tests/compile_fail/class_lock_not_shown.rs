//! What the collector reads changes only while attached: not std's locks.
#![forbid(unsafe_code)]

use std::sync::Mutex;

use pyptr::Shared;
use pyptr::class::Locked;
use pyptr::types::PyAny;

struct Kept {
    items: Mutex<Vec<Shared<PyAny>>>,
}
pyptr::traverse!(Kept { items }); //~ E0277
const _: Option<Kept> = None;
const _: Option<Locked<u8>> = None;

fn main() {}
