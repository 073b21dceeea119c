//! `dict`.

mod basics;
mod text_keys;
mod loaded;
mod lender;
mod iter_borrowed;
mod merging;
mod iter;
mod entries;
mod raw;
#[cfg_attr(not(Py_3_13), path = "watched/nowhere.rs")]
mod watched;

pub use iter::DictIter;
