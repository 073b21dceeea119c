//! `tuple`.

mod basics;
mod unpack;
mod builder;
mod iter;

pub use builder::TupleBuilder;
pub use iter::TupleIter;
