//! What belongs to an attached thread is not `Sync`, so no static can be of its type.

use std::sync::Mutex;

use pyptr::types::PyAny;
use pyptr::{PyErr, Shared};

static BORROWED: Mutex<Option<Shared<PyAny>>> = Mutex::new(None);
static OWNED: Mutex<Option<Shared<PyAny>>> = Mutex::new(None);
static TOKEN: Option<()> = None;
static RAISED: Mutex<Option<PyErr>> = Mutex::new(None);

fn main() {}
