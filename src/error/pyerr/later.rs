//! An error whose exception is made when it is needed: `?` has no token to make one with.
//!
//! The first thread that asks for the exception makes it, with the error's own code, which may run Python code and let other
//! threads run. They wait, detached, until it is there. No lock is held meanwhile.

use std::process;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use super::made::Made;
use crate::error::into_raised::IntoRaised;
use crate::error::{Raised, SavedIndicator, formatted};
use crate::ffi;
use crate::markers::{PyBaseException, PySystemError};
use crate::refs::{Owned, Python};

/// An error of any type that can be raised later, once, on any thread.
trait Unraised: Send {
    fn raise(self: Box<Self>, py: Python<'_>) -> Raised<'_>;
}

impl<E> Unraised for E
where
    E: for<'py> IntoRaised<'py> + Send + 'static,
{
    #[cold]
    fn raise(self: Box<Self>, py: Python<'_>) -> Raised<'_> {
        (*self).into_raised(py)
    }
}

/// The error, and then its exception.
pub(super) struct Later {
    made: OnceLock<Made>,
    state: Mutex<State>,
    summary: Box<str>,
}

enum State {
    Waiting(Box<dyn Unraised>),
    /// This thread of this process is making the exception.
    Making(u32, ThreadId),
    /// The exception was made, or making it has panicked.
    Gone,
}

/// What a thread gets that needs the exception.
enum Claim {
    Error(Box<dyn Unraised>),
    /// Another thread makes it.
    Wait,
    /// Nobody makes it.
    Lost,
}

impl Later {
    #[cold]
    pub(super) fn new<E>(error: E) -> Later
    where
        E: for<'py> IntoRaised<'py> + Send + 'static,
    {
        let summary = formatted(&Summary(&error)).unwrap_or_default();
        Later {
            made: OnceLock::new(),
            state: Mutex::new(State::Waiting(Box::new(error))),
            summary: summary.into_boxed_str(),
        }
    }

    /// The summary: of the exception if that was made.
    #[inline]
    pub(super) fn summary(&self) -> &str {
        match self.made.get() {
            Some(made) => &made.summary,
            None => &self.summary,
        }
    }

    /// The exception, made if need be. What is set on the thread stays set.
    #[cold]
    pub(super) fn made(&self, py: Python<'_>) -> &Made {
        py.assert_attached();
        loop {
            if let Some(made) = self.made.get() {
                return made;
            }
            match self.claim() {
                Claim::Error(error) => {
                    let _gone = Gone(self);
                    // If there is one already, the error's own code has asked for it.
                    let _ = self.made.set(Made::new(exception_of(py, error)));
                }
                Claim::Wait => wait(py),
                Claim::Lost => {
                    let _ = self.made.set(Made::new(lost(py)));
                }
            }
        }
    }

    /// Raises the exception.
    #[cold]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn raise(self, py: Python<'_>) -> Raised<'_> {
        py.assert_attached();
        let state = self.state.into_inner();
        match (
            self.made.into_inner(),
            state.unwrap_or_else(PoisonError::into_inner),
        ) {
            (Some(made), _) => made.exception.into_owned(py).raise(),
            (None, State::Waiting(error)) => error.raise(py),
            (None, _) => lost(py).raise(),
        }
    }

    /// The exception, taken out of the error. What is set on the thread stays set.
    #[cold]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn into_exception(self, py: Python<'_>) -> Owned<'_, PyBaseException> {
        let _saved = SavedIndicator::save(py);
        self.raise(py).into_exception()
    }

    fn claim(&self) -> Claim {
        let mut state = self.state();
        let this = (process::id(), thread::current().id());
        match &*state {
            State::Waiting(_) => {}
            // One that the fork has left behind will never be done; and this thread would wait for itself.
            State::Making(process, thread) if *process == this.0 && *thread != this.1 => {
                return Claim::Wait;
            }
            State::Making(..) | State::Gone => return Claim::Lost,
        }
        match std::mem::replace(&mut *state, State::Making(this.0, this.1)) {
            State::Waiting(error) => Claim::Error(error),
            _ => Claim::Lost,
        }
    }

    /// Held for a few instructions, in which no other code runs.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Dropped when the exception was made, or making it has panicked.
struct Gone<'a>(&'a Later);

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        *self.0.state() = State::Gone;
    }
}

fn exception_of<'py>(py: Python<'py>, error: Box<dyn Unraised>) -> Owned<'py, PyBaseException> {
    let _saved = SavedIndicator::save(py);
    error.raise(py).into_exception()
}

/// The exception for an error without one.
fn lost(py: Python<'_>) -> Owned<'_, PyBaseException> {
    let _saved = SavedIndicator::save(py);
    let message =
        "the exception of an error was needed while it was made, or making it has panicked";
    py.raise::<PySystemError>(message).into_exception()
}

/// Lets other threads run for a moment.
fn wait(_py: Python<'_>) {
    // SAFETY: the token proves that the thread is attached.
    let state = unsafe { ffi::PyEval_SaveThread() };
    thread::sleep(Duration::from_micros(50));
    // SAFETY: the state comes from the call above, on this thread, which is still detached.
    unsafe { ffi::PyEval_RestoreThread(state) }
}

/// Displays an error's summary.
struct Summary<'a, E>(&'a E);

impl<E: for<'py> IntoRaised<'py>> std::fmt::Display for Summary<'_, E> {
    #[cold]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        <E as IntoRaised<'static>>::summary(self.0, f)
    }
}
