//! What belongs to an attached thread is not `Sync`, so no static can be of its type.

use std::sync::Mutex;

use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python, Raised};

static BORROWED: Mutex<Option<&'static Borrowed<'static, PyAny>>> = Mutex::new(None); //~ E0277
static OWNED: Mutex<Option<Owned<'static, PyAny>>> = Mutex::new(None); //~ E0277
static TOKEN: Option<Python<'static>> = None; //~ E0277
static RAISED: Mutex<Option<Raised<'static>>> = Mutex::new(None); //~ E0277

fn main() {}
