//! One check at a time.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::ffi::attached_here;
use crate::refs::Python;

/// The right to run a check: one at a time in a process.
pub(super) struct Turn;

static BUSY: Mutex<bool> = Mutex::new(false);
static FREE: Condvar = Condvar::new();

impl Turn {
    pub(super) fn wait() -> Turn {
        if attached_here() {
            // Waits detached, because the running check needs the interpreter.
            Python::attach(|py| py.detach(Turn::take));
        } else {
            Turn::take();
        }
        Turn
    }

    fn take() {
        let busy = BUSY.lock().unwrap_or_else(PoisonError::into_inner);
        let mut busy = FREE
            .wait_while(busy, |busy| *busy)
            .unwrap_or_else(PoisonError::into_inner);
        *busy = true;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *BUSY.lock().unwrap_or_else(PoisonError::into_inner) = false;
        FREE.notify_one();
    }
}
