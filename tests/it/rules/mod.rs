//! The rules of the soundness chapter that belong to no single type.

mod boundary;
mod formatting;
mod indicator;
mod moves;
mod tokens;

pub use boundary::register;
