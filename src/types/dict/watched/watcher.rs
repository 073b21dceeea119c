//! The watcher that all loops share.

use std::sync::atomic::{AtomicI32, Ordering};

use super::before_change;
use crate::ffi;
use crate::refs::Python;

/// Its number, or one of the two below.
static WATCHER: AtomicI32 = AtomicI32::new(NONE);

/// There is none now.
const NONE: i32 = -1;
/// There was no room for one.
#[cfg(Py_GIL_DISABLED)]
const REFUSED: i32 = -2;

/// The watcher, registered if need be. An interpreter has eight at the most; if there are as many already, an exception is
/// set and there is none.
pub(super) fn get(py: Python<'_>) -> Option<i32> {
    let watcher = match WATCHER.load(Ordering::Acquire) {
        NONE => register(py),
        watcher => watcher,
    };
    (watcher >= 0).then_some(watcher)
}

#[cfg(not(Py_GIL_DISABLED))]
fn register(_py: Python<'_>) -> i32 {
    // SAFETY: the token proves the attachment; the function is there as long as the process.
    let watcher = unsafe { ffi::PyDict_AddWatcher(Some(before_change)) };
    WATCHER.store(watcher, Ordering::Release);
    watcher
}

/// Makes room for watchers of others while there is no loop.
#[cfg(not(Py_GIL_DISABLED))]
pub(super) fn is_idle() {
    // SAFETY: registered by `register`; no dict is watched by it any more.
    unsafe { ffi::PyDict_ClearWatcher(WATCHER.swap(NONE, Ordering::AcqRel)) };
}

/// Registers it for good. CPython leaves it to the callers to do so one at a time, and not all callers are this crate.
#[cfg(Py_GIL_DISABLED)]
fn register(_py: Python<'_>) -> i32 {
    // SAFETY: the token proves the attachment, so that there is an interpreter.
    let interpreter = unsafe { ffi::PyInterpreterState_Get() };
    // SAFETY: attached, and holding no lock that others wait for while they are attached. Until the world starts again nothing
    // waits.
    unsafe { ffi::_PyEval_StopTheWorld(interpreter) };
    let mut watcher = WATCHER.load(Ordering::Acquire);
    if watcher == NONE {
        // SAFETY: attached, and no other thread registers one now; the function is there as long as the process.
        watcher = match unsafe { ffi::PyDict_AddWatcher(Some(before_change)) } {
            ..0 => REFUSED,
            watcher => watcher,
        };
        WATCHER.store(watcher, Ordering::Release);
    }
    // SAFETY: stopped above, by this thread.
    unsafe { ffi::_PyEval_StartTheWorld(interpreter) };
    watcher
}

#[cfg(Py_GIL_DISABLED)]
pub(super) fn is_idle() {}
