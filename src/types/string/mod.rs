//! `str`.

mod basics;
mod search;
mod compare;
mod decoys;
mod equal;
mod encoding;
mod format;
mod hash;
mod code_units;
mod builder;
mod copied;
mod decode;
mod fill;
mod in_place;
mod storage;
mod utf8;

pub use builder::StringBuilder;
pub use code_units::CodeUnits;
