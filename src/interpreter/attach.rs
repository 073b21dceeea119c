//! Attaching a thread to the interpreter.

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
    /// No interpreter runs in this process: none was initialised, its start has failed, or it was finalised by others.
    NotInitialized,
    /// The interpreter is shutting down: a thread that attached now would hang or be killed.
    Finalizing,
    /// The interpreter was finalised by [`Python::finalize`] and cannot be started again.
    Finalized,
    /// This thread is attached to another interpreter than the main one, or was last attached to another: a C
    /// library has called it from there. The crate's pointers are those of the main interpreter.
    OtherInterpreter,
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
            AttachError::OtherInterpreter => {
                "it belongs to another Python interpreter than the main one of this process"
            }
        })
    }
}

impl std::error::Error for AttachError {}

impl Python<'_> {
    /// Attaches this thread, runs `f` with the token, and detaches it again.
    ///
    /// On a thread that is attached already, it only checks that. An exception that is set when `attach` is
    /// called is put aside and set again afterwards, so that `f` starts with a clear indicator. References that
    /// were dropped on detached threads are released first.
    ///
    /// Blocks until the interpreter lets this thread in. Never call it while you hold a lock that an attached
    /// thread may wait for.
    ///
    /// # Panics
    /// If there is no interpreter to attach to, or the thread belongs to another interpreter than the main one of
    /// the process, with the message of [`AttachError`]; use [`try_attach`](Python::try_attach) to handle that.
    /// (On 3.10 and 3.11, a thread that is attached to another interpreter than CPython has on record for the
    /// thread, such as the one that called `Py_NewInterpreter`, waits for ever instead, as in `PyGILState_Ensure`.)
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

    /// Like [`attach`](Python::attach), but returns an error if there is no interpreter to attach to.
    ///
    /// # Errors
    /// [`AttachError`]; `f` was not called. Another thread can begin to finalise after this function has
    /// checked and before it attaches: CPython then never lets this thread continue. Finalise only when all
    /// threads that use Python have ended. The exception for 3.10 and 3.11 is at [`attach`](Python::attach).
    pub fn try_attach<F, R>(f: F) -> Result<R, AttachError>
    where
        F: for<'py> FnOnce(Python<'py>) -> R,
    {
        let _attachment = Attachment::new()?;
        // SAFETY: `_attachment` keeps the thread attached until this function returns, and `f` works for any
        // 'py, so that it cannot keep the token.
        let py = unsafe { Python::assume_attached() };
        let _saved = SavedIndicator::save(py);
        release_queue::drain(py);
        Ok(f(py))
    }
}

#[cold]
fn without_interpreter() -> AttachError {
    match super::ended::is_finalized() {
        true => AttachError::Finalized,
        false => AttachError::NotInitialized,
    }
}

/// Keeps the thread attached until it is dropped.
struct Attachment(Option<c_int>);

impl Attachment {
    #[inline]
    fn new() -> Result<Attachment, AttachError> {
        // No `PyGILState_Ensure` if attached already: that saves 8 ns, and 3.11 deadlocks in it if the attached
        // thread state is not the one that the GIL-state API has registered for this thread.
        if attached_here() {
            return Ok(Attachment(None));
        }
        if super::ended::is_over() {
            return Err(without_interpreter());
        }
        if ffi::is_finalizing() {
            return Err(AttachError::Finalizing);
        }
        if !ffi::is_initialized() {
            return Err(AttachError::NotInitialized);
        }
        // Not after `PyGILState_Ensure`, which would wait for the other interpreter.
        if ffi::belongs_to_other_interpreter() {
            return Err(AttachError::OtherInterpreter);
        }
        // SAFETY: an interpreter is initialised and not finalising, and this thread is not attached. The thread
        // state that CPython has for it is one of the main interpreter; if it has none, it makes one there.
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
        // SAFETY: pairs with the `PyGILState_Ensure` of `new`. Both run on the same thread, because an
        // `Attachment` never leaves the function that made it.
        unsafe { ffi::PyGILState_Release(state) }
    }
}
