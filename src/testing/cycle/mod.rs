//! Uncollectable cycles: objects that nothing but references in their own native fields keep alive.
//!
//! The collector sees what `tp_traverse` shows it. A reference that a Rust value holds behind a capsule, in
//! module state, or in an instance whose type does not visit it, is hidden: to the collector it comes from
//! outside, and a cycle through it lives for ever. Here the collector's own computation is made once more,
//! with the native fields as edges: a pointer beside an open record's token, in the memory of an object or in a Rust
//! allocation that it leads to, is that reference. What becomes garbage then, and is still there after a
//! collection, is a cycle that the collector cannot free.

mod find;
mod found;
mod graph;
pub(super) mod native;

pub use find::cycles;
pub(super) use find::fields;
pub use found::{Cycle, Through};
