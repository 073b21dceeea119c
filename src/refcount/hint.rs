//! A hint for the optimiser.

/// Marks the branch that calls it as unlikely.
#[cold]
#[inline]
pub(crate) fn rarely() {}
