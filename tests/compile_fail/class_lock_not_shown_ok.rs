//! What the collector reads changes only while attached: not std's locks.
#![forbid(unsafe_code)]

use std::sync::Mutex;

use pyptr::Shared;
use pyptr::class::Locked;
use pyptr::types::PyAny;

struct Kept {
    items: Locked<Vec<Shared<PyAny>>>,
}
pyptr::traverse!(Kept { items });
const _: Option<Kept> = None;
const _: Option<Mutex<u8>> = None;

fn main() {}
