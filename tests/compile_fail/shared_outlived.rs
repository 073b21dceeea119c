//! What `bind` lends lives as long as the `Shared`, and `'py` no longer than the token.

use pyptr::types::PyString;
use pyptr::{Python, Shared};

fn released(shared: Shared<PyString>, py: Python<'_>) -> usize {
    let text = shared.bind(py);
    shared.release(py); //~ E0505
    text.len()
}

fn main() {}
