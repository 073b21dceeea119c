//! The rules of the soundness chapter that belong to no single type.

mod abandoned;
mod boundary;
mod failing;
mod formatting;
mod indicator;
mod kept;
mod moves;
mod tokens;

pub use boundary::register;
