//! The guide: chapters about subjects that concern more than one type. Every example is compiled and run as a test.
//!
//! - [`ownership`]: the reference conventions of the C API as types; what each method does to the reference count.
//! - [`errors`]: exceptions that are set and exceptions that are stored; raising, catching, replacing, chaining.
//! - [`threads`]: attaching and detaching threads, references that cross threads, locks, shutdown, fork.
//! - [`building`]: an extension module from nothing, its tests, a program; what is linked to libpython.
//! - [`embedding`]: how the interpreter of a program starts and ends; plugins, stacks, what a thread keeps.
//! - [`classes`]: Rust structs as Python classes, from a plain struct to cycles and threads.
//! - [`fast`]: which loop, which builder, which test to use, with figures.
//! - [`cost`]: where compiled code differs from hand-written code, and by how much.
//! - [`soundness`]: why safe code cannot cause undefined behaviour, and what this depends on.
//! - [`leaks`]: a tutorial that removes the leaks of an extension with `pytest --refs`.
//! - [`ledger`]: the feature `ledger`: what it records, which lines it reports, what it costs.
//!
//! The module [`manual`](crate::manual) documents counting references by hand.

// Only rustdoc reads the chapters; the compiler need not.
#![cfg_attr(not(doc), allow(missing_docs))]

/// The target of a chapter's link to an item that exists only with the feature `ledger`. Without the feature, the
/// link leads to the list of features.
#[cfg(all(doc, feature = "ledger"))]
macro_rules! link {
    ($item:literal) => {
        concat!("[`", $item, "`]: crate::", $item)
    };
}
#[cfg(all(doc, not(feature = "ledger")))]
macro_rules! link {
    ($item:literal) => {
        concat!("[`", $item, "`]: crate#features")
    };
}

#[cfg_attr(doc, doc = include_str!("building.md"))]
pub mod building {}

#[cfg_attr(doc, doc = include_str!("classes.md"))]
pub mod classes {}

#[cfg_attr(doc, doc = include_str!("cost.md"))]
pub mod cost {}

#[cfg_attr(doc, doc = include_str!("embedding.md"))]
pub mod embedding {}

#[cfg_attr(doc, doc = include_str!("errors.md"))]
pub mod errors {}

#[cfg_attr(doc, doc = include_str!("fast.md"))]
pub mod fast {}

#[cfg_attr(doc, doc = include_str!("leaks.md"))]
#[cfg_attr(doc, doc = link!("testing::assert_no_leaks"))]
pub mod leaks {}

#[cfg_attr(doc, doc = include_str!("ledger.md"))]
#[cfg_attr(doc, doc = link!("ledger::misuses"))]
#[cfg_attr(doc, doc = link!("testing::assert_no_leaks"))]
#[cfg_attr(doc, doc = link!("testing::assert_no_leaks_when_allocations_fail"))]
#[cfg_attr(doc, doc = link!("testing::cycles"))]
#[cfg_attr(doc, doc = link!("testing::hook"))]
pub mod ledger {}

#[cfg_attr(doc, doc = include_str!("ownership.md"))]
pub mod ownership {}

#[cfg_attr(doc, doc = include_str!("soundness.md"))]
pub mod soundness {}

#[cfg_attr(doc, doc = include_str!("threads.md"))]
pub mod threads {}
