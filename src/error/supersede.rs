//! Keeping a newer exception alive when the token of an older one is dropped.
//!
//! A [`Raised`](super::Raised) is zero-sized and so cannot know which exception it stands for. In
//! `f().map_err(|_| raise(..))` the old token is dropped after the new exception was set, and clearing
//! would lose it. So raising while an exception is set notes, per thread, how many older tokens there
//! are and which exception replaced theirs; a drop uses up one note instead of clearing, if that
//! exception is still the one that is set. All of it is on cold paths: raising over an exception, and
//! dropping a token.

use std::cell::Cell;

use super::indicator;
use crate::ffi;
use crate::python::Python;

/// The number of older tokens, and the address of the exception that replaced theirs (for comparison
/// only: destructors may run Python code in between, whose exceptions have other addresses).
type Notes = (usize, *mut ffi::PyObject);

thread_local! {
    static OLDER_TOKENS: Cell<Notes> = const { Cell::new((0, std::ptr::null_mut())) };
}

/// An exception was raised while one was set: the older one's token is not to clear it.
#[cold]
pub(super) fn note(py: Python<'_>) {
    // Normalised, because before 3.12 an exception may be set without an instance to compare.
    let Some(newest) = indicator::take(py) else {
        return;
    };
    let address = newest.as_ptr();
    std::mem::forget(indicator::put(py, newest));
    OLDER_TOKENS.with(|notes| notes.set((notes.get().0 + 1, address)));
}

/// A token is dropped. Returns whether it was an older one, whose exception is gone already.
#[cold]
pub(super) fn was_superseded(py: Python<'_>) -> bool {
    OLDER_TOKENS.with(|notes| {
        let (count, newest) = notes.get();
        if count == 0 || newest != indicator::address(py) {
            return false;
        }
        notes.set((count - 1, newest));
        true
    })
}

/// The exception at `address` left the indicator, or was handed to the interpreter: the notes on it
/// are void.
#[cold]
pub(super) fn forget(address: *mut ffi::PyObject) {
    OLDER_TOKENS.with(|notes| {
        if notes.get().1 == address {
            notes.set((0, std::ptr::null_mut()));
        }
    });
}
