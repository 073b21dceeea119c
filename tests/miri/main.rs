//! The pointers, and the queue of releases, under Miri: `cargo +nightly miri test --test miri`, or `tests/proof`.
//!
//! Miri runs no C code. So `heap.rs` defines the few functions of C that are called here, over a heap of its own:
//! each object is an allocation, which is freed when its count falls to zero. Everything else is the crate as it is.
#![cfg(miri)]

mod heap;
mod pointers;
mod threads;
