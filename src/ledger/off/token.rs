//! [`Token`].

/// The record of a reference: nothing.
#[derive(Clone, Copy)]
pub(crate) struct Token;
