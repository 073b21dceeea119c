//! The guide: chapters that belong to no single type. All their examples are compiled and run as tests.
//!
//! - [`ownership`]: from the conventions of the C API to the types; every verb, what it does to the count,
//!   and what goes wrong when another one is chosen.
//! - [`errors`]: exceptions that are set and exceptions that are stored; raising, catching, replacing,
//!   chaining.
//! - [`threads`]: attaching, detaching, references that cross threads, shutting down, forking, locks.
//! - [`cost`]: what the types cost at run time: the list of differences from hand-written code.
//! - [`soundness`]: what the crate relies on, and why safe code cannot break it.
#![cfg_attr(
    feature = "ledger",
    doc = "- [`leaks`]: from a leaking extension to a clean one, step by step.\n- [`ledger`]: what is recorded, which lines are named, what it costs."
)]
//!
//! [`manual`](crate::manual) has a chapter of its own: counting references by hand.

// The compiler need not read the chapters each time, only rustdoc.
#![cfg_attr(not(doc), allow(missing_docs))]

#[cfg_attr(doc, doc = include_str!("cost.md"))]
pub mod cost {}

#[cfg_attr(doc, doc = include_str!("errors.md"))]
pub mod errors {}

#[cfg(feature = "ledger")]
#[cfg_attr(doc, doc = include_str!("leaks.md"))]
pub mod leaks {}

#[cfg(feature = "ledger")]
#[cfg_attr(doc, doc = include_str!("ledger.md"))]
pub mod ledger {}

#[cfg_attr(doc, doc = include_str!("ownership.md"))]
pub mod ownership {}

#[cfg_attr(doc, doc = include_str!("soundness.md"))]
pub mod soundness {}

#[cfg_attr(doc, doc = include_str!("threads.md"))]
pub mod threads {}
