//! [`Stopped`]: no other thread runs Python code.

#[cfg(Py_GIL_DISABLED)]
use crate::ffi;
use crate::refs::Python;

/// While this exists, no other thread runs Python code, so that no object changes.
pub(super) struct Stopped;

impl Stopped {
    /// With a GIL, holding it is enough.
    #[cfg(not(Py_GIL_DISABLED))]
    pub(super) fn new(_py: Python<'_>) -> Stopped {
        Stopped
    }

    #[cfg(Py_GIL_DISABLED)]
    pub(super) fn new(_py: Python<'_>) -> Stopped {
        // SAFETY: attached, as the token says, so that there is an interpreter.
        let interpreter = unsafe { ffi::PyInterpreterState_Get() };
        // SAFETY: attached. Until `drop` nothing is called that waits for other threads: where a thread can be
        // stopped, it holds no lock of this crate.
        unsafe { ffi::_PyEval_StopTheWorld(interpreter) }
        Stopped
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        #[cfg(Py_GIL_DISABLED)]
        {
            // SAFETY: still attached.
            let interpreter = unsafe { ffi::PyInterpreterState_Get() };
            // SAFETY: stopped by `new` on this thread.
            unsafe { ffi::_PyEval_StartTheWorld(interpreter) }
        }
    }
}
