//! The pointer types: who owns a reference, and for how long.
//!
//! | type | what it is | what its drop does |
//! |---|---|---|
//! | [`Owned<'py, T>`](Owned) | a strong reference on an attached thread | releases it |
//! | [`&'a Borrowed<'py, T>`](Borrowed) | a reference that somebody else keeps alive for `'a` | nothing |
//! | [`Shared<T>`](Shared) | a strong reference that may cross threads and detached code | releases it, or queues the release |
//! | [`Returned<'py, T>`](Returned) | what a raw entry point hands to C | nothing: C owns it |

mod borrowed;
mod cast;
mod object;
mod owned;
mod release_queue;
mod returned;
mod shared;
mod traits;
mod unsafe_count;
mod upcast;

pub use borrowed::{Borrowed, Ref};
pub use cast::{CastError, CastIntoError};
pub use object::{Object, Subtype, TypeCheck, TypeObject};
pub use owned::Owned;
pub use returned::Returned;
pub use shared::Shared;

pub(crate) use release_queue::drain as drain_releases;
#[cfg(feature = "ledger")]
pub(crate) use release_queue::push as release_later;
