//! What the files of several types need.

pub(super) mod checked_size;
pub(super) mod growing;
