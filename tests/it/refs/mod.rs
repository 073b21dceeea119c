//! The pointer types, and casts.

mod cast;
mod owned;
mod shared;
mod threads;
mod upcast;
