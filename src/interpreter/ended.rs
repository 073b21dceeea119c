//! Whether the crate has ended the interpreter.

use std::sync::atomic::{AtomicBool, Ordering};

static FINALIZED: AtomicBool = AtomicBool::new(false);

#[inline]
pub(super) fn is_finalized() -> bool {
    FINALIZED.load(Ordering::Acquire)
}

pub(super) fn set_finalized() {
    FINALIZED.store(true, Ordering::Release);
}
