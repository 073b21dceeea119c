//! The lock of an object, held for a few instructions, on free-threaded builds.

use super::with_critical_section;
use crate::refs::{Borrowed, PyAny};

/// [`with_critical_section`] for a few instructions that run no Python code, raise nothing, do not detach and
/// take no other lock of Python. So CPython does not look at this thread's sections before they end.
///
/// A free lock is taken directly. If another thread or this one holds the lock already, CPython's function is
/// called.
///
/// # Safety
/// `f` does nothing of what is excluded above. (CPython would not know that it has to release the lock
/// meanwhile.)
#[inline(always)]
pub(crate) unsafe fn locked_for_a_step<R>(
    object: &Borrowed<'_, PyAny>,
    f: impl FnOnce() -> R,
) -> R {
    // The assertions of debug builds look for the section.
    #[cfg(all(Py_GIL_DISABLED, not(py_sys_config = "Py_DEBUG")))]
    if let Some(_locked) = free::Lock::take(object) {
        return f();
    }
    with_critical_section(object, f)
}

#[cfg(all(Py_GIL_DISABLED, not(py_sys_config = "Py_DEBUG")))]
mod free {
    use std::marker::PhantomData;
    use std::sync::atomic::{AtomicU8, Ordering};

    use static_assertions::assert_eq_size;

    use crate::ffi;
    use crate::refs::Borrowed;
    use crate::types::PyAny;

    assert_eq_size!(ffi::PyMutex, u8);

    /// The states of a lock: `_Py_UNLOCKED` and `_Py_LOCKED`. The other two states mean that threads wait.
    const FREE: u8 = 0;
    const TAKEN: u8 = 1;

    /// The lock of a live object, which this thread has taken.
    pub(super) struct Lock<'a>(*mut ffi::PyMutex, PhantomData<&'a ()>);

    impl<'a> Lock<'a> {
        #[inline(always)]
        pub(super) fn take(object: &'a Borrowed<'_, PyAny>) -> Option<Lock<'a>> {
            object.py().assert_attached();
            // SAFETY: the address of a field of a live object.
            let lock = unsafe { &raw mut (*object.as_ptr()).ob_mutex };
            // A `Lock` is made only if the lock was taken, because its drop releases the lock.
            turn(lock, FREE, TAKEN).then(|| Lock(lock, PhantomData))
        }
    }

    impl Drop for Lock<'_> {
        #[inline(always)]
        fn drop(&mut self) {
            if !turn(self.0, TAKEN, FREE) {
                // SAFETY: taken in `take`, on this thread; other threads wait for it.
                unsafe { ffi::PyMutex_Unlock(self.0) }
            }
        }
    }

    /// Changes the state of a lock from `from` to `to`, if it is `from`. Returns whether it was.
    #[inline(always)]
    fn turn(lock: *mut ffi::PyMutex, from: u8, to: u8) -> bool {
        // SAFETY: the one byte of a live object's lock, which is accessed only atomically.
        let state = unsafe { AtomicU8::from_ptr(lock.cast()) };
        state
            .compare_exchange(from, to, Ordering::SeqCst, Ordering::Relaxed)
            .is_ok()
    }
}
