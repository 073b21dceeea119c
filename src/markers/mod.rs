//! The markers: what the `T` of [`Owned<'py, T>`](crate::Owned) is for each built-in type and exception.
//!
//! [`types`](crate::types) and [`error`](crate::error) show them to users.

pub mod exceptions;
pub mod protocols;
pub mod types;

pub use exceptions::*;
pub use protocols::*;
pub use types::*;
