//! A check's own allocations are not counted; those of the code that it runs are.

use crate::ledger::thread::{self, Quiet};

/// Runs `f` without counting this thread's allocations.
pub(crate) fn quiet<R>(f: impl FnOnce() -> R) -> R {
    let _quiet = Quiet::begin();
    f()
}

/// Runs `f` with this thread's allocations counted, within [`quiet`].
pub(crate) fn loud<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(u32);
    impl Drop for Restore {
        fn drop(&mut self) {
            thread::with(|local| local.set_quiet(self.0));
        }
    }
    let _restore = Restore(thread::with(|local| local.set_quiet(0)));
    f()
}

/// Calls a function if it is dropped during a panic.
pub(crate) struct OnPanic<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> OnPanic<F> {
    pub(crate) fn disarm(self) {
        std::mem::forget(self);
    }
}

impl<F: FnMut()> Drop for OnPanic<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
