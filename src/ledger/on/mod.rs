//! The ledger when the feature is on.

mod audit;
mod cycle;
pub(crate) mod fail_alloc;
pub(crate) mod harness;
mod heap;
pub mod hook;
mod json;
mod local;
pub(crate) mod manual;
mod misuse;
mod names;
mod record;
mod report;
mod site;
mod snapshot;
mod token;

pub use super::kind::Kind;
pub use audit::{Unexplained, Watch, finish_watch, watch};
pub use cycle::{Cycle, Through, cycles};
pub use heap::{
    Allocation, CountingAllocator, Heap, Tracking, heap, track_allocations, tracked_allocations,
};
pub use misuse::{Misuse, MisuseKind, misuses};
pub use report::{HeapLeak, Leak, Report, Verdict};
pub use site::Place;
pub use snapshot::{Held, Snapshot, open_records, snapshot};

pub(crate) use audit::borrowed;
pub(crate) use hook::install;
pub(crate) use local::{called_here, enter};
use report::in_function;
pub(crate) use site::Site;
pub(crate) use token::{Token, cloned_while_detached};
