//! Keeping a newer exception alive when the token of an older one is dropped.
//!
//! A [`Raised`](super::Raised) is zero-sized and so cannot know which exception it stands for. In
//! `f().map_err(|_| raise(..))` the old token is dropped after the new exception was set, and must not clear
//! it. So raising while an exception is set makes a note for the thread: how many older tokens there are, and
//! which exception replaced theirs. If that exception is still set when a token is dropped, the drop does not
//! clear the indicator, but takes one off the number. Only cold paths do this: raising, taking an exception,
//! and dropping a token.
//!
//! A note stays valid when yet another exception replaces the newer one, and while the newer one has been taken
//! (to be stored, or chained) and no exception is set. Code that runs in between has its own notes:
//! [`SavedIndicator`](super::SavedIndicator) puts the outer ones aside. Code that runs without it, such as a
//! destructor, raises exceptions at other addresses.

use std::cell::Cell;
use std::ptr;

use super::indicator;
use crate::ffi;
use crate::refs::Python;

/// How many older tokens are alive, and the address of the exception that replaced theirs (for comparison only;
/// NULL after it was taken).
#[derive(Clone, Copy)]
struct Note {
    older: usize,
    newest: *mut ffi::PyObject,
}

const NONE: Note = Note {
    older: 0,
    newest: ptr::null_mut(),
};

/// How many notes there can be. A second note needs a destructor that runs between a raise and the older
/// token's drop, calls back into Rust and replaces an exception there. A note beyond this number overwrites the
/// last one.
const DEPTH: usize = 4;

/// The notes of one thread, those in use first.
#[derive(Clone, Copy)]
pub(super) struct Notes {
    used: usize,
    notes: [Note; DEPTH],
}

const EMPTY: Notes = Notes {
    used: 0,
    notes: [NONE; DEPTH],
};

thread_local! {
    static NOTES: Cell<Notes> = const { Cell::new(EMPTY) };
}

/// Whether this thread has notes.
#[inline]
fn any() -> bool {
    NOTES.get().used != 0
}

/// Puts this thread's notes aside, for code that starts with a clear indicator of its own.
#[inline]
pub(super) fn set_aside() -> Option<Box<Notes>> {
    match any() {
        true => Some(put_aside()),
        false => None,
    }
}

#[cold]
#[inline(never)]
fn put_aside() -> Box<Notes> {
    let notes = NOTES.get();
    NOTES.set(EMPTY);
    Box::new(notes)
}

/// Restores the notes that [`set_aside`] returned; those made since are discarded.
#[inline]
pub(super) fn bring_back(notes: Option<Box<Notes>>) {
    if notes.is_some() || any() {
        put_back(notes);
    }
}

#[cold]
#[inline(never)]
fn put_back(notes: Option<Box<Notes>>) {
    NOTES.set(match notes {
        Some(notes) => *notes,
        None => EMPTY,
    });
}

/// Records that an exception was raised in place of the one at `replaced` (`None` if the indicator was clear):
/// the tokens of the replaced exception must not clear the new one.
#[inline]
pub(super) fn raised(py: Python<'_>, replaced: Option<*mut ffi::PyObject>) {
    if replaced.is_some() || any() {
        note(py, replaced);
    }
}

#[cold]
#[inline(never)]
fn note(py: Python<'_>, replaced: Option<*mut ffi::PyObject>) {
    // Normalised, because before 3.12 an exception may be set without an instance to compare.
    let Some(newest) = indicator::normalised_address(py) else {
        return;
    };
    let mut notes = NOTES.get();
    let older = match notes.find(replaced.unwrap_or(ptr::null_mut())) {
        Some(at) => notes.remove(at).older,
        None => 0,
    };
    // The token of the replaced exception is an older one from now on.
    let older = older + usize::from(replaced.is_some());
    notes.add(Note { older, newest });
    NOTES.set(notes);
}

/// Records that a token was consumed to take the exception at `address`: older tokens must not clear the next
/// exception.
#[cold]
pub(super) fn taken(address: *mut ffi::PyObject) {
    if !any() {
        return;
    }
    let mut notes = NOTES.get();
    let Some(at) = notes.position(address) else {
        return;
    };
    let mut note = notes.remove(at);
    note.newest = ptr::null_mut();
    if let Some(at) = notes.position(note.newest) {
        note.older += notes.remove(at).older;
    }
    notes.add(note);
    NOTES.set(notes);
}

/// Consumes a token. Returns whether it was an older one, whose exception has already been replaced.
#[inline]
pub(super) fn was_superseded(py: Python<'_>) -> bool {
    any() && use_note(py)
}

#[cold]
#[inline(never)]
fn use_note(py: Python<'_>) -> bool {
    let current = indicator::address(py);
    let mut notes = NOTES.get();
    let Some(at) = notes.find(current) else {
        return false;
    };
    let mut note = notes.remove(at);
    note.older -= 1;
    notes.add(note);
    NOTES.set(notes);
    true
}

impl Notes {
    fn position(&self, newest: *mut ffi::PyObject) -> Option<usize> {
        (0..self.used).find(|&at| self.notes[at].newest == newest)
    }

    /// The note for `current`, or else the one whose exception was taken: an exception that C code has set
    /// since then counts as its replacement.
    fn find(&self, current: *mut ffi::PyObject) -> Option<usize> {
        self.position(current)
            .or_else(|| self.position(ptr::null_mut()))
    }

    fn remove(&mut self, at: usize) -> Note {
        let note = self.notes[at];
        self.used -= 1;
        self.notes[at] = self.notes[self.used];
        note
    }

    fn add(&mut self, note: Note) {
        if note.older == 0 {
            return;
        }
        let at = self.used.min(DEPTH - 1);
        self.notes[at] = note;
        self.used = at + 1;
    }
}
