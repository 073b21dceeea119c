//! The ledger: which references are held, and which line took each of them. Feature `ledger`.
//!
//! With the feature, every strong reference that is taken through this crate is a record: the object, the
//! name of its type, how it was taken, the line of *your* source that took it, the exported function that
//! ran, the thread and a sequence number. Releasing the reference or giving it away closes the record. What
//! stays open is what leaks, and its line is known, on any CPython, in a stripped release build:
//!
//! ```text
//! leaked 1 reference per run to bytes, taken at src/lib.rs:41:18 (new) in pack()
//! ```
//!
//! Without the feature there is no ledger: pointers have no field for it, functions no instruction.
//!
//! | | |
//! |---|---|
//! | [`testing`](crate::testing) | what judges the records: tests that fail with the lines that leak |
//! | [`misuses`] | references released or given away that were not held, pointers used when it was too late |
//! | [`CountingAllocator`] | live Rust allocations, and where they were made |
//! | [`watch`](watch()) | objects whose counts are compared with the references that can be found |
//! | [`Owned::leak_static`](crate::Owned::leak_static) | marks what is meant to live for ever |
//!
//! The [guide's chapter](crate::guide::ledger) takes a leaking extension to a clean one.

mod kind;
#[cfg(not(feature = "ledger"))]
mod off;
mod release;

#[cfg(not(feature = "ledger"))]
pub(crate) use off::manual;
#[cfg(not(feature = "ledger"))]
pub(crate) use {
    kind::Kind,
    off::{Site, Token, borrowed, called_here, cloned_while_detached, enter},
};

pub(crate) use release::Release;

#[cfg(feature = "ledger")]
mod on;
#[cfg(feature = "ledger")]
pub use on::*;
