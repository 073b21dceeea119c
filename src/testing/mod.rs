//! Tests that fail when references or memory leak. Feature `ledger`.
//!
//! [`assert_no_leaks`] runs a closure a few times and compares what is held after each. What grows every
//! time leaks, and the ledger knows the line; what grows once (a cache that is filled, a module that is
//! imported) does not.
//!
//! | | |
//! |---|---|
//! | [`assert_no_leaks`], [`find_leaks`] | the usual way to use it: a test that fails with the lines that leak |
//! | [`assert_no_leaks_when_allocations_fail`] | the same while one allocation after another fails |
//! | [`snapshot`], [`open_records`] | what is held now, and what was held more [between two snapshots](Snapshot::growth_since) |
//! | [`cycles`] | objects that nothing but their own native fields keep alive, which the collector cannot free |
//! | [`finish_watch`] | references that were released without being held, by whatever code |
//! | [`Report`] | text and JSON |
//! | `module.__pyptr_ledger__(..)` | the same from Python, see [`hook`] |

mod asserts;
mod audit;
mod check;
mod cycle;
mod faults;
pub mod hook;
mod json;
mod quiet;
mod report;
mod rest;
mod snapshot;
mod turn;
mod words;

pub use asserts::{assert_no_leaks, find_leaks};
pub use audit::{Unexplained, finish_watch};
pub use cycle::{Cycle, Through, cycles};
pub use faults::{assert_no_leaks_when_allocations_fail, find_leaks_when_allocations_fail};
#[doc(hidden)]
pub use hook::install_ledger;
pub use report::{HeapLeak, Leak, Report, Verdict};
pub use snapshot::{Held, Snapshot, open_records, snapshot};
