//! The ledger: which line it names for what is taken, what closes a record, what misuse it reports.
//!
//! Tests run in parallel: each looks at its own lines only.

#![cfg(feature = "ledger")]

#[path = "ledger/by_hand.rs"]
mod by_hand;
#[path = "ledger/check.rs"]
mod check;
#[path = "ledger/cycles.rs"]
mod cycles;
#[path = "ledger/faults.rs"]
mod faults;
#[path = "ledger/heap.rs"]
mod heap;
#[path = "ledger/hook.rs"]
mod hook;
#[path = "ledger/lines.rs"]
mod lines;
#[path = "ledger/misuse.rs"]
mod misuse;
#[path = "ledger/records.rs"]
mod records;

use pyptr::ledger::{CountingAllocator, Misuse, misuses};
use pyptr::testing::{Held, open_records};
use pyptr::types::{PyBytes, PyString};
use pyptr::{Owned, Python};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// Runs `f` attached.
pub(crate) fn attached<R>(f: impl for<'py> FnOnce(Python<'py>) -> R) -> R {
    hook::start();
    Python::attach(f)
}

/// A str of its own.
#[track_caller]
pub(crate) fn text<'py>(py: Python<'py>, text: &str) -> Owned<'py, PyString> {
    PyString::new(py, text).expect("memory for a short str")
}

#[track_caller]
pub(crate) fn bytes(py: Python<'_>) -> Owned<'_, PyBytes> {
    PyBytes::new(py, b"some bytes").expect("memory for a few bytes")
}

/// What is held of what was taken on these lines of a file.
pub(crate) fn held(file: &str, lines: impl std::ops::RangeBounds<u32>) -> Vec<Held> {
    let mut held = open_records();
    held.retain(|held| held.place.file == file && lines.contains(&held.place.line));
    held
}

/// The misuses on these lines of a file.
pub(crate) fn misused(file: &str, lines: impl std::ops::RangeBounds<u32>) -> Vec<Misuse> {
    let mut misuses = misuses();
    misuses.retain(|misuse| {
        let place = misuse.place.expect("a line");
        place.file == file && lines.contains(&place.line)
    });
    misuses
}
