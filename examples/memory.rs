//! An extension module with typed pointers: string functions that steal and borrow.
//!
//! ```console
//! $ cargo build --release --example memory
//! $ cp target/release/examples/libmemory.so memory.so        # libmemory.dylib on macOS
//! $ python3 -c 'import memory; print(memory.append("hello "), memory.concat("hello "))'
//! hello right hello right
//! ```

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, PyResult};

/// `append` takes over its left side, and a borrowed argument is not ours to give away: `to_owned`
/// takes a reference for it. Leaving that out does not compile.
fn append<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    let right = PyString::new(left.py(), "right")?; // released at the end of the scope
    left.to_owned().append(&right)
}

/// `concat_str` borrows its left side and returns a new reference.
fn concat<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    left.concat_str("right")
}

/// Each step gives the string to `append_str` and gets it back longer: it grows in place.
fn append_times<'py>(
    left: &Borrowed<'py, PyString>,
    piece: &str,
    times: usize,
) -> PyResult<'py, Owned<'py, PyString>> {
    let mut text = left.to_owned();
    for _ in 0..times {
        text = text.append_str(piece)?;
    }
    Ok(text)
}

pyptr::module! {
    /// String functions that steal and borrow.
    mod memory {
        gil: not_used;

        const VERSION = env!("CARGO_PKG_VERSION");

        /// Returns `left` with "right" appended.
        fn append(left, /);
        /// Returns `left + "right"`.
        fn concat(left, /);
        /// Returns `left` with `piece` appended `times` times.
        fn append_times(left, piece = "right", *, times = 1);
    }
}
