//! The ledger when the feature is on.

pub(crate) mod alive;
pub(crate) mod call;
#[cfg(unix)]
pub(crate) mod crash;
pub(crate) mod fail_alloc;
mod free;
pub(crate) mod heap;
mod lent;
pub(crate) mod manual;
pub(crate) mod misuse;
pub(crate) mod names;
pub(crate) mod raw;
pub(crate) mod record;
mod reference;
pub(crate) mod site;
mod slab;
pub(crate) mod thread;
mod token;
mod used;
pub(crate) mod watch;

pub use super::kind::Kind;
pub use heap::{
    Allocation, CountingAllocator, Heap, Tracking, heap, track_allocations, tracked_allocations,
};
pub use misuse::{Misuse, MisuseKind, misuses};
pub use site::Place;
pub use watch::{Watch, watch};

pub(crate) use super::release::Release;
pub(crate) use call::{enter, enter_destructor};
pub(crate) use lent::lend;
pub(crate) use reference::cloned_while_detached;
pub(crate) use site::Site;
pub(crate) use thread::{called_here, keep_near};
pub(crate) use token::Token;
pub(crate) use used::using;
pub(crate) use watch::borrowed;
