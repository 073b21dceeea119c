//! `bytes`.

mod basics;
mod c_str;
mod escape;
mod builder;
mod growing;

pub use builder::BytesBuilder;
