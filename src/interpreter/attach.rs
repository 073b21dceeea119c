//! Attaching a thread, and knowing whether it is.

use std::ffi::c_int;
use std::fmt;

use super::release_queue;
use crate::error::SavedIndicator;
use crate::ffi::{self, attached_here};
use crate::refs::Python;

/// Why a thread cannot be attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachError {
    /// No interpreter runs in this process: none was initialised, or it was finalised.
    NotInitialized,
    /// The interpreter is shutting down; a thread that attached now would hang or be killed.
    Finalizing,
    /// The interpreter was finalised by [`Python::finalize`] and does not come back.
    Finalized,
}

impl fmt::Display for AttachError {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AttachError::NotInitialized => {
                "no Python interpreter is running in this process: call `Python::initialize()` first"
            }
            AttachError::Finalizing => "the Python interpreter is shutting down",
            AttachError::Finalized => "the Python interpreter was finalised",
        })
    }
}

impl std::error::Error for AttachError {}

impl Python<'_> {
    /// Attaches this thread, runs `f` with the token, and detaches it again.
    ///
    /// On a thread that is attached already it costs one thread-local read. An exception that is set
    /// when it is called is put aside and set again afterwards, so `f` starts with a clear indicator.
    /// References that other threads dropped while detached are released first.
    ///
    /// Blocks until the interpreter lets this thread in. Never call it while you hold a lock that an
    /// attached thread may wait for.
    ///
    /// # Panics
    /// When there is no interpreter to attach to, with [`AttachError`]'s message; use
    /// [`try_attach`](Python::try_attach) to handle that.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyInt};
    /// Python::initialize();
    /// let sum = Python::attach(|py| PyInt::new(py, 20).unwrap().to_i64().unwrap() + 22);
    /// assert_eq!(sum, 42);
    /// ```
    #[doc(alias = "PyGILState_Ensure")]
    #[doc(alias = "PyGILState_Release")]
    #[track_caller]
    pub fn attach<F, R>(f: F) -> R
    where
        F: for<'py> FnOnce(Python<'py>) -> R,
    {
        match Python::try_attach(f) {
            Ok(result) => result,
            Err(error) => panic!("cannot attach this thread: {error}"),
        }
    }

    /// [`attach`](Python::attach) that returns an error when there is no interpreter to attach to.
    ///
    /// # Errors
    /// [`AttachError`], without having called `f`. Between this function's check and the attaching
    /// itself another thread can still begin to finalise; CPython then never lets this thread go on.
    /// Finalise only when all threads that use Python have ended.
    pub fn try_attach<F, R>(f: F) -> Result<R, AttachError>
    where
        F: for<'py> FnOnce(Python<'py>) -> R,
    {
        let _attachment = Attachment::new()?;
        // SAFETY: the attachment keeps the thread attached for this function's rest, and `f` takes any
        // 'py, so that it cannot keep the token.
        let py = unsafe { Python::assume_attached() };
        let _saved = SavedIndicator::save(py);
        release_queue::drain(py);
        Ok(f(py))
    }
}

/// Keeps the thread attached until it is dropped.
struct Attachment(Option<c_int>);

impl Attachment {
    #[inline]
    fn new() -> Result<Attachment, AttachError> {
        // Skips `PyGILState_Ensure` when attached: 8 ns less, and 3.11 deadlocks otherwise when the
        // attached thread state is not the one that the GIL-state API has registered.
        if attached_here() {
            return Ok(Attachment(None));
        }
        if super::embed::is_finalized() {
            return Err(AttachError::Finalized);
        }
        if ffi::is_finalizing() {
            return Err(AttachError::Finalizing);
        }
        if !ffi::is_initialized() {
            return Err(AttachError::NotInitialized);
        }
        // SAFETY: an interpreter is initialised and not finalising, this thread is not attached.
        let state = unsafe { ffi::PyGILState_Ensure() };
        Ok(Attachment(Some(state as c_int)))
    }
}

impl Drop for Attachment {
    #[inline]
    fn drop(&mut self) {
        let Some(state) = self.0 else { return };
        let state = if state == ffi::PyGILState_STATE::PyGILState_LOCKED as c_int {
            ffi::PyGILState_STATE::PyGILState_LOCKED
        } else {
            ffi::PyGILState_STATE::PyGILState_UNLOCKED
        };
        // SAFETY: pairs with the `PyGILState_Ensure` of `new`, on the same thread because an
        // `Attachment` never leaves the stack frame that made it.
        unsafe { ffi::PyGILState_Release(state) }
    }
}
