//! The ledger: which references are held, and which line took each of them. Feature `ledger`.
//!
//! With the feature, every strong reference that is taken through this crate has a record: the object, the name
//! of its type, how the reference was taken, the line of *your* source that took it, the exported function that
//! was running, the thread and a sequence number. Releasing the reference or giving it away closes the record.
//! A record that is never closed is a leak, and its line is known, on any CPython, in a stripped release build:
//!
//! ```text
//! leaked 1 reference per run to bytes, taken at src/lib.rs:41:18 (new) in pack()
//! ```
//!
//! Without the feature there is no ledger: pointers have no field for it, and functions have no instruction for
//! it.
//!
//! | | |
//! |---|---|
//! | [`testing`](crate::testing) | evaluates the records: tests that fail with the lines that leak |
//! | [`misuses`] | references that were released or given away without being held, pointers that were used too late |
//! | [`CountingAllocator`] | counts live Rust allocations, and notes where they were made |
//! | [`watch`](watch()) | compares the counts of objects with the references that can be found |
//! | [`Owned::leak_static`](crate::Owned::leak_static) | marks a reference that is never released on purpose |
//!
//! The [guide's chapter](crate::guide::ledger) turns a leaking extension into one without leaks.

mod kind;
#[cfg(not(feature = "ledger"))]
mod off;
mod release;

#[cfg(not(feature = "ledger"))]
pub(crate) use off::manual;
#[cfg(not(feature = "ledger"))]
pub(crate) use {
    kind::Kind,
    off::{
        Site, Token, borrowed, called_here, cloned_while_detached, enter, enter_destructor,
        keep_near, lend, using,
    },
};

pub(crate) use release::Release;

#[cfg(feature = "ledger")]
mod on;
#[cfg(feature = "ledger")]
pub use on::*;
