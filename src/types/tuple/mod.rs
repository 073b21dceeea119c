//! `tuple`.

mod basics;
mod unpack;
mod loaded;
mod builder;
mod iter;

pub use builder::TupleBuilder;
pub use iter::TupleIter;
