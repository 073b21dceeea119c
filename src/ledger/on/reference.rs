//! The life of a reference, as its pointer reports it: taken, handed over, given away, released.

use std::panic::Location;
use std::ptr::NonNull;

use super::alive::looks_alive;
use super::misuse::{self, MisuseKind};
use super::site::Site;
use super::token::Token;
use super::{Kind, Release, names, slab, thread, watch};
use crate::ffi::{self, attached_here};

impl Token {
    /// Opens the record of a reference to a live object.
    #[inline]
    pub(crate) fn open(object: NonNull<ffi::PyObject>, kind: Kind, site: Site) -> Token {
        let object = object.as_ptr();
        watch::taken(object, kind, site.0);
        slab::open(object, kind, site.0)
    }

    /// Closes the record: the reference is given away as a raw pointer.
    #[inline]
    #[track_caller]
    pub(crate) fn give(self, object: NonNull<ffi::PyObject>) {
        if self.is_none() {
            return;
        }
        let site = Location::caller();
        watch::given(object.as_ptr(), self, site);
        thread::with(|local| local.called_from(site));
        self.close(slab::own());
    }

    /// Notes that the reference passes from one kind of pointer to another.
    #[inline]
    #[track_caller]
    pub(crate) fn hand_over(self) {
        self.set_handed(Location::caller());
    }

    /// Notes that the reference is never released on purpose.
    pub(crate) fn mean_to_leak(self) {
        self.set_leaked();
    }

    /// Notes whether the object is complete: other code may see it.
    pub(crate) fn complete(self, complete: bool) {
        self.set_building(!complete);
    }

    /// Decides whether the reference may be released now, and closes the record if so.
    #[inline(always)]
    pub(crate) fn release(self, object: NonNull<ffi::PyObject>) -> Release {
        if self.is_none() {
            return Release::Now;
        }
        if !attached_here() {
            self.dropped_while_detached(object);
            return Release::Later(self);
        }
        self.release_attached(object)
    }

    #[inline(always)]
    fn release_attached(self, object: NonNull<ffi::PyObject>) -> Release {
        // Before the record is closed, because the note needs its line.
        if !looks_alive(object.as_ptr()) {
            self.released_too_often(object, MisuseKind::ReleaseNotHeld);
            return Release::Never;
        }
        watch::releasing(object.as_ptr(), self);
        if !self.close(slab::own()) {
            self.released_too_often(object, MisuseKind::ReleasedTwice);
            return Release::Never;
        }
        Release::Now
    }

    #[cold]
    fn released_too_often(self, object: NonNull<ffi::PyObject>, kind: MisuseKind) {
        let content = self.content();
        let type_name = content.and_then(|content| names::text(content.type_name));
        misuse::note(
            kind,
            object.as_ptr(),
            type_name,
            content.map(|content| content.site),
        );
        self.close(slab::own());
    }

    #[cold]
    fn dropped_while_detached(self, object: NonNull<ffi::PyObject>) {
        let content = self.content();
        let type_name = content.and_then(|content| names::text(content.type_name));
        let site = content.map(|content| content.site);
        misuse::note(
            MisuseKind::DroppedDetached,
            object.as_ptr(),
            type_name,
            site,
        );
    }
}

/// Whether this thread is detached. If so, notes the clone as a misuse.
#[inline]
#[track_caller]
pub(crate) fn cloned_while_detached(object: *mut ffi::PyObject) -> bool {
    if attached_here() {
        return false;
    }
    let name = names::of(object);
    let site = Some(Location::caller());
    misuse::note(MisuseKind::ClonedDetached, object, names::text(name), site);
    true
}
