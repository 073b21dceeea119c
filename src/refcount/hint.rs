//! What the optimiser is told.

/// Called where few get to, so that the others' way is the straight one.
#[cold]
#[inline]
pub(crate) fn rarely() {}
