//! Tests that fail when references or memory leak. Feature `ledger`.
//!
//! [`assert_no_leaks`] runs a closure several times and compares what is held after each run. References that
//! grow in number with each run leak, and the ledger knows their line; growth in a single run (a cache that is
//! filled, a module that is imported) is no leak.
//!
//! | | |
//! |---|---|
//! | [`assert_no_leaks`], [`find_leaks`] | for most tests: fails with the lines that leak |
//! | [`assert_no_leaks_when_allocations_fail`] | the same, while each allocation fails once |
//! | [`snapshot`], [`open_records`] | what is held now, and its growth [between two snapshots](Snapshot::growth_since) |
//! | [`cycles`] | objects that are kept alive only by their own native fields, which the collector cannot free |
//! | [`finish_watch`] | references that were released without being held, by any code |
//! | [`Report`] | the findings, as text and as JSON |
//! | `module.__pyptr_ledger__(..)` | the same from Python, see [`hook`] |

mod asserts;
mod audit;
mod carried;
mod check;
mod cycle;
mod edges;
mod faults;
mod frames;
pub mod hook;
mod json;
mod quiet;
mod report;
mod rest;
mod snapshot;
mod stopped;
mod tracked;
mod turn;
mod words;

pub use asserts::{assert_no_leaks, find_leaks};
pub use audit::{Unexplained, finish_watch};
pub use cycle::{Cycle, Through, cycles};
pub use faults::{assert_no_leaks_when_allocations_fail, find_leaks_when_allocations_fail};
pub use hook::add_ledger;
pub use report::{HeapLeak, Leak, Report, Verdict};
pub use snapshot::{Held, Snapshot, open_records, snapshot};
