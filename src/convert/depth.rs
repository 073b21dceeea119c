//! How deep conversions of containers are nested.
//!
//! A type of the user's may contain itself in a `Vec`: `struct Tree(Vec<Tree>)`. Python code decides how deep it is
//! converted, and the end of Rust's stack is the end of the process. So each conversion of a container enters one
//! [`Level`], and `RecursionError` comes before the end.
//!
//! CPython's own test suffices from 3.14 on, where it compares the stack pointer with the end of the thread's stack.
//! Older versions count calls, each of which they expect to need little of the stack, and Python code can raise their
//! limit. There the levels of a thread together get a part of the stack, measured from the outermost level.

use crate::error::PyResult;
use crate::refs::Python;

pub(super) use level::Level;

/// Enters one more level, which ends when the result is dropped.
///
/// `RecursionError` if there are too many.
#[inline]
pub(super) fn enter(py: Python<'_>) -> PyResult<'_, Level> {
    level::enter(py)
}

#[cfg(Py_3_14)]
mod level {
    use crate::error::{PyResult, Raised};
    use crate::ffi;
    use crate::refs::Python;

    /// One level, entered on this thread.
    pub(in super::super) struct Level(());

    #[inline]
    pub(super) fn enter(py: Python<'_>) -> PyResult<'_, Level> {
        let place = c" while nested containers are converted".as_ptr();
        // SAFETY: attached; a NUL-terminated string.
        match unsafe { ffi::Py_EnterRecursiveCall(place) } {
            0 => Ok(Level(())),
            _ => Err(Raised::set(py)),
        }
    }

    impl Drop for Level {
        #[inline]
        fn drop(&mut self) {
            // SAFETY: after the call that this undoes, on the same thread, which is attached: a conversion that
            // detaches it attaches it again.
            unsafe { ffi::Py_LeaveRecursiveCall() }
        }
    }
}

#[cfg(not(Py_3_14))]
mod level {
    use std::cell::Cell;
    use std::marker::PhantomData;

    use crate::error::{PyRecursionError, PyResult, Raised};
    use crate::refs::Python;

    /// So many bytes of the stack may all levels of a thread take. Frames of an unoptimised build are larger.
    const MOST: usize = if cfg!(debug_assertions) {
        1 << 20
    } else {
        1 << 18
    };

    thread_local! {
        /// The lowest address of the stack at which a level may begin; 0 outside of any.
        static LOWEST: Cell<usize> = const { Cell::new(0) };
    }

    /// One level, entered on this thread. Whether it is the outermost one of its stack.
    pub(in super::super) struct Level(bool, PhantomData<*mut ()>);

    #[inline]
    pub(super) fn enter(py: Python<'_>) -> PyResult<'_, Level> {
        let mark = 0_u8;
        let here = (&raw const mark).addr();
        let outermost = LOWEST.with(|lowest| match lowest.get() {
            old if old != 0 && here < old => None,
            old if old != 0 && here - old <= MOST => Some(false),
            // The first one, or one on another stack: that of a coroutine which was left within a conversion.
            _ => {
                lowest.set(here.saturating_sub(MOST).max(1));
                Some(true)
            }
        });
        match outermost {
            Some(outermost) => Ok(Level(outermost, PhantomData)),
            None => Err(too_deep(py)),
        }
    }

    #[cold]
    #[inline(never)]
    fn too_deep(py: Python<'_>) -> Raised<'_> {
        py.raise::<PyRecursionError>(
            "maximum recursion depth exceeded while nested containers are converted",
        )
    }

    impl Drop for Level {
        #[inline]
        fn drop(&mut self) {
            if self.0 {
                LOWEST.with(|lowest| lowest.set(0));
            }
        }
    }
}
