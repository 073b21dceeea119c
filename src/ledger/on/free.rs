//! [`Slab`]: the free records of a thread.

use std::sync::atomic::AtomicU32;

use super::token::NIL;

/// A thread's records, as two lists of those that are free, by index.
pub(super) struct Slab {
    /// The free records, linked; only the owning thread uses this list.
    pub(super) free: AtomicU32,
    /// Records that other threads have closed.
    pub(super) remote: AtomicU32,
}

impl Slab {
    pub(super) fn new() -> Slab {
        Slab {
            free: AtomicU32::new(NIL),
            remote: AtomicU32::new(NIL),
        }
    }
}
