//! Items and views that are read out of an object without a new reference for each.

mod iter_borrowed;
mod loaded;
mod owned_view;

pub use loaded::{Loaded, LoadedDictIter, LoadedListIter};
pub use owned_view::{OwnedBytes, OwnedStr};
