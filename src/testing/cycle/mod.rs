//! Uncollectable cycles: objects that are kept alive only by references in their own native fields.
//!
//! The collector knows the references that `tp_traverse` shows it. A reference that a Rust value holds behind a
//! capsule, in module state, or in an instance whose type does not visit it, is hidden: the collector takes it
//! for one from outside, and never frees a cycle through it. This module repeats the collector's computation
//! with the native fields as edges: a pointer beside the token of an open record, in the memory of an object or
//! in a Rust allocation that the object leads to, is that record's reference. An object that is garbage by this
//! computation, and still exists after a collection, is in a cycle that the collector cannot free.
//!
//! The counting allocator knows where allocations are. Without it, a check looks for blocks of the C library's
//! `malloc`, which can only be guessed: what is found there has to be found in most runs.

mod blocks;
mod find;
mod found;
mod graph;
pub(super) mod native;

pub use find::cycles;
pub(super) use find::fields;
pub use found::{Cycle, Through};
