//! Whether the crate has ended the interpreter, or has failed to start it.

use std::sync::atomic::{AtomicU8, Ordering};

const FAILED: u8 = 1;
const FINALIZED: u8 = 2;

static END: AtomicU8 = AtomicU8::new(0);

/// Whether there is no interpreter any more. One that has failed to start may be there in parts, and CPython may take it for
/// one that runs.
#[inline]
pub(super) fn is_over() -> bool {
    END.load(Ordering::Acquire) != 0
}

#[inline]
pub(super) fn is_finalized() -> bool {
    END.load(Ordering::Acquire) == FINALIZED
}

pub(super) fn set_finalized() {
    END.store(FINALIZED, Ordering::Release);
}

pub(super) fn set_failed() {
    END.store(FAILED, Ordering::Release);
}
