//! The lock of an object for a few instructions, on free-threaded builds.

use super::with_critical_section;
use crate::refs::{Borrowed, PyAny};

/// [`with_critical_section`] around a few instructions that run no Python code, raise nothing, detach nowhere
/// and take no other lock of Python's: nobody asks which sections this thread is in before they are over.
///
/// A lock that is free is taken by itself. One that is not, because another thread has it, or this one, is
/// left to CPython.
///
/// # Safety
/// `f` does none of that. (CPython would not know that it has to give up the lock for a time.)
#[inline(always)]
pub(crate) unsafe fn locked_for_a_step<R>(
    object: &Borrowed<'_, PyAny>,
    f: impl FnOnce() -> R,
) -> R {
    // A debug build's assertions look for the section.
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

    /// The states of a lock: `_Py_UNLOCKED` and `_Py_LOCKED`. There are two more, with threads that wait.
    const FREE: u8 = 0;
    const TAKEN: u8 = 1;

    /// A lock that this thread has taken, of an object that is alive.
    pub(super) struct Lock<'a>(*mut ffi::PyMutex, PhantomData<&'a ()>);

    impl<'a> Lock<'a> {
        #[inline(always)]
        pub(super) fn take(object: &'a Borrowed<'_, PyAny>) -> Option<Lock<'a>> {
            object.py().assert_attached();
            // SAFETY: the address of a field of a live object.
            let lock = unsafe { &raw mut (*object.as_ptr()).ob_mutex };
            // Made in the closure alone: what is dropped gives the lock up.
            turn(lock, FREE, TAKEN).then(|| Lock(lock, PhantomData))
        }
    }

    impl Drop for Lock<'_> {
        #[inline(always)]
        fn drop(&mut self) {
            if !turn(self.0, TAKEN, FREE) {
                // SAFETY: taken in `take`, on this thread; others wait for it.
                unsafe { ffi::PyMutex_Unlock(self.0) }
            }
        }
    }

    /// Changes the state of a lock, if it is the one expected.
    #[inline(always)]
    fn turn(lock: *mut ffi::PyMutex, from: u8, to: u8) -> bool {
        // SAFETY: the one byte of a live object's lock, which is accessed atomically only.
        let state = unsafe { AtomicU8::from_ptr(lock.cast()) };
        state
            .compare_exchange(from, to, Ordering::SeqCst, Ordering::Relaxed)
            .is_ok()
    }
}
