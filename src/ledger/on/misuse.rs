//! Misuses of references, which are noted and reported, and made harmless where possible.

use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use super::site::{self, Place};
use super::{names, thread};
use crate::ffi;

/// What was done wrong with a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MisuseKind {
    /// A `decref` of a reference that is not held. It was refused: no count changed.
    ReleaseNotHeld,
    /// A reference was given away that was not held. A new one was taken in its place.
    GiveNotHeld,
    /// An [`Owned`](crate::Owned) was released whose reference had already been released (the `Owned` was
    /// copied as raw memory). The second release was refused.
    ReleasedTwice,
    /// A pointer was used after its object was released. The use was refused where that was possible.
    UseAfterRelease,
    /// An [`Owned`](crate::Owned) was dropped on a detached thread. The reference is released later.
    DroppedDetached,
    /// An [`Owned`](crate::Owned) was cloned on a detached thread. The thread was attached for that.
    ClonedDetached,
    /// An [`Owned`](crate::Owned) was made from a borrowed pointer: there are more owners than references.
    /// Found only while objects are [watched](crate::ledger::watch).
    OwnedFromBorrowed,
    /// More references were released than were held, by this crate or by other code. Found only while objects
    /// are [watched](crate::ledger::watch).
    OverRelease,
}

impl MisuseKind {
    /// One line that says what happened.
    pub const fn text(self) -> &'static str {
        match self {
            MisuseKind::ReleaseNotHeld => "released a reference that is not held",
            MisuseKind::GiveNotHeld => "gave away a reference that is not held",
            MisuseKind::ReleasedTwice => "released a reference twice",
            MisuseKind::UseAfterRelease => "used an object after its release",
            MisuseKind::DroppedDetached => "dropped a reference on a detached thread",
            MisuseKind::ClonedDetached => "cloned a reference on a detached thread",
            MisuseKind::OwnedFromBorrowed => "made an `Owned` from a borrowed pointer",
            MisuseKind::OverRelease => "released more references than were held",
        }
    }

    /// What the mistake probably is.
    pub const fn hint(self) -> &'static str {
        match self {
            MisuseKind::ReleaseNotHeld => {
                "a `decref` without an `incref`, or of a borrowed argument; a new reference from the raw \
                 C API becomes known to the ledger with `Ptr::from_owned_ptr`"
            }
            MisuseKind::GiveNotHeld => "an `incref` is missing before a function that steals",
            MisuseKind::ReleasedTwice => "an `Owned` was copied with `ptr::read` or its like",
            MisuseKind::UseAfterRelease => "the last reference was released too early",
            MisuseKind::DroppedDetached | MisuseKind::ClonedDetached => {
                "a pointer was carried into `detach`: use a `Shared`"
            }
            MisuseKind::OwnedFromBorrowed => {
                "the C function returns a borrowed reference: use `Owned::from_borrowed_ptr`"
            }
            MisuseKind::OverRelease => {
                "raw code releases or steals a reference that it does not own"
            }
        }
    }

    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            MisuseKind::ReleaseNotHeld => "release_not_held",
            MisuseKind::GiveNotHeld => "give_not_held",
            MisuseKind::ReleasedTwice => "released_twice",
            MisuseKind::UseAfterRelease => "use_after_release",
            MisuseKind::DroppedDetached => "dropped_detached",
            MisuseKind::ClonedDetached => "cloned_detached",
            MisuseKind::OwnedFromBorrowed => "owned_from_borrowed",
            MisuseKind::OverRelease => "over_release",
        }
    }
}

/// One misuse of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Misuse {
    /// What was done wrong.
    pub kind: MisuseKind,
    /// The object's address.
    pub object: usize,
    /// The name of the object's type; "an object" if it is not known for certain.
    pub type_name: &'static str,
    /// The line of the call. A drop has no line: then the line that took the reference.
    pub place: Option<Place>,
    /// The exported function that was running.
    pub function: Option<&'static str>,
    /// The number of the thread.
    pub thread: u32,
}

/// `released a reference that is not held: str, at src/lib.rs:41:18 in pack()`
impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.text(), self.type_name)?;
        if let Some(place) = self.place {
            write!(f, ", at {place}")?;
        }
        if let Some(function) = self.function {
            write!(f, " in {function}()")?;
        }
        Ok(())
    }
}

/// How many misuses are kept; later ones are dropped.
const KEPT: usize = 1000;

static NOTED: Mutex<Vec<Misuse>> = Mutex::new(Vec::new());

/// Notes a misuse. If `location` is not in the user's code, the place is the last call in the user's code.
#[cold]
pub(crate) fn note(
    kind: MisuseKind,
    object: *mut ffi::PyObject,
    type_name: Option<&'static str>,
    location: Option<&'static Location<'static>>,
) {
    let _quiet = thread::Quiet::begin();
    let misuse = thread::with(|local| Misuse {
        kind,
        object: object.addr(),
        type_name: type_name.unwrap_or("an object"),
        place: location
            .map(|location| site::users(location, local.near.get()))
            .or(local.near.get())
            .map(Place::from),
        function: names::text(local.function.get()),
        thread: local.thread(),
    });
    let mut noted = NOTED.lock().unwrap_or_else(PoisonError::into_inner);
    if noted.len() < KEPT {
        noted.push(misuse);
    }
}

/// All misuses so far, but at most the first thousand.
pub fn misuses() -> Vec<Misuse> {
    NOTED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether no more misuses can be kept.
pub(crate) fn are_full() -> bool {
    count() >= KEPT
}

pub(crate) fn count() -> usize {
    NOTED.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// The misuses that were noted after the first `count`.
pub(crate) fn since(count: usize) -> Vec<Misuse> {
    let noted = NOTED.lock().unwrap_or_else(PoisonError::into_inner);
    noted.get(count..).unwrap_or_default().to_vec()
}
