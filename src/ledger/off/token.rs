//! [`Token`], when the feature is off.

/// The record of a reference: empty, as the feature is off.
#[derive(Clone, Copy)]
pub(crate) struct Token;
