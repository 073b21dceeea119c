//! `bytes`.

mod basics;
mod c_str;
mod escape;
mod builder;

pub use builder::BytesBuilder;
