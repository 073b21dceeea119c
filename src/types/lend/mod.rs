//! Items and views that leave a container without a reference of their own.

mod iter_borrowed;
mod loaded;
mod owned_view;

pub use loaded::{Loaded, LoadedDictIter, LoadedListIter};
pub use owned_view::{OwnedBytes, OwnedStr};
