//! How deep conversions of containers are nested.
//!
//! A type of the user's may contain itself in a `Vec`: `struct Tree(Vec<Tree>)`. Python code decides how deep it is
//! converted, and the end of Rust's stack is the end of the process. So each conversion of a container enters one
//! [`Level`], and `RecursionError` comes before the end.
//!
//! The levels of a thread together get a part of the stack, measured from the outermost level. This bounds the depth of
//! what is made, too: it is dropped, and perhaps converted back, by functions that call themselves, possibly on a
//! thread with less stack. CPython's own test (`Py_EnterRecursiveCall`) is no substitute. Up to 3.13 it counts calls,
//! each of which it expects to need little of the stack, and Python code can raise the limit of some versions. From 3.14
//! on it compares with the end of the thread's stack, to which Python code may come close before a conversion begins:
//! there both tests are made.

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

/// One level, entered on this thread. It ends when it is dropped.
pub(super) struct Level {
    is_outermost: bool,
    #[cfg(Py_3_14)]
    _counted: counted::Call,
    /// Not `Send`.
    _thread: PhantomData<*mut ()>,
}

/// Enters one more level. `RecursionError` if there are too many.
#[inline]
pub(super) fn enter(py: Python<'_>) -> PyResult<'_, Level> {
    #[cfg(Py_3_14)]
    let counted = counted::enter(py)?;
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
    let Some(is_outermost) = outermost else {
        return Err(too_deep(py));
    };
    Ok(Level {
        is_outermost,
        #[cfg(Py_3_14)]
        _counted: counted,
        _thread: PhantomData,
    })
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
        if self.is_outermost {
            LOWEST.with(|lowest| lowest.set(0));
        }
    }
}

/// CPython's own test.
#[cfg(Py_3_14)]
mod counted {
    use crate::error::{PyResult, Raised};
    use crate::ffi;
    use crate::refs::Python;

    pub(super) struct Call(());

    #[inline]
    pub(super) fn enter(py: Python<'_>) -> PyResult<'_, Call> {
        let place = c" while nested containers are converted".as_ptr();
        // SAFETY: attached; a NUL-terminated string.
        match unsafe { ffi::Py_EnterRecursiveCall(place) } {
            0 => Ok(Call(())),
            _ => Err(Raised::set(py)),
        }
    }

    impl Drop for Call {
        #[inline]
        fn drop(&mut self) {
            // SAFETY: after the call that this undoes, on the same thread, which is attached: a conversion that
            // detaches it attaches it again.
            unsafe { ffi::Py_LeaveRecursiveCall() }
        }
    }
}
