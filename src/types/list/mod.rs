//! `list`.

mod basics;
mod loaded;
mod iter_borrowed;
mod builder;
mod iter;

pub use builder::ListBuilder;
pub use iter::ListIter;
