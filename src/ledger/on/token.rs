//! [`Token`]: what a pointer carries beside its address, to find its record.

use std::panic::Location;
use std::ptr::NonNull;

use super::local::{self, Local};
use super::misuse::{self, MisuseKind};
use super::site::Site;
use super::{Kind, audit, names, record};
use crate::ffi;
use crate::python::attached_here;

/// The record of one reference.
///
/// Its layout is that of two numbers, so that it is found in memory.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Token {
    pub(super) index: u32,
    /// Odd; 0 for a reference that has no record.
    pub(super) generation: u32,
}

impl Token {
    /// No record: for immortal objects, and when there is no memory.
    pub(crate) const NONE: Token = Token {
        index: record::NIL,
        generation: 0,
    };

    /// Opens the record of a reference to a live object.
    #[inline]
    pub(crate) fn open(object: NonNull<ffi::PyObject>, kind: Kind, site: Site) -> Token {
        let object = object.as_ptr();
        if is_immortal(object) {
            return Token::NONE;
        }
        audit::taken(object, kind, site.0);
        local::with(|local| local.open(object, kind, site.0))
    }

    #[inline]
    fn is_none(self) -> bool {
        self.generation == 0
    }

    /// Closes the record: the reference is given away as a raw pointer.
    #[inline]
    #[track_caller]
    pub(crate) fn give(self, object: NonNull<ffi::PyObject>) {
        if self.is_none() {
            return;
        }
        let site = Location::caller();
        audit::given(object.as_ptr(), site);
        local::with(|local| {
            local.called_from(site);
            self.close(local.slab());
        });
    }

    /// Notes that the reference changes hands, from one kind of pointer to another.
    #[inline]
    #[track_caller]
    pub(crate) fn hand_over(self) {
        self.set_handed(Location::caller());
    }

    /// The reference is meant to live for ever.
    pub(crate) fn mean_to_leak(self) {
        self.set_leaked();
    }

    /// Whether the reference may be released now; closes the record. False where that would harm: then the
    /// misuse has been noted, and the reference stays counted, or is released later.
    #[inline]
    pub(crate) fn release(self, object: NonNull<ffi::PyObject>) -> bool {
        if self.is_none() {
            return true;
        }
        if !attached_here() {
            self.dropped_while_detached(object);
            return false;
        }
        self.release_attached(object)
    }

    #[inline]
    fn release_attached(self, object: NonNull<ffi::PyObject>) -> bool {
        // Before the record is closed: what is noted has its line.
        if !looks_alive(object.as_ptr()) {
            self.released_too_often(object, MisuseKind::ReleaseNotHeld);
            return false;
        }
        audit::releasing(object.as_ptr(), self);
        if !local::with(|local: &Local| self.close(local.slab())) {
            self.released_too_often(object, MisuseKind::ReleasedTwice);
            return false;
        }
        true
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
        self.close(local::with(|local| local.slab()));
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
        crate::refs::release_later(object, self);
    }
}

/// Whether the object's memory still looks like that of a live object: where it was freed, the allocator
/// has left zero or an address in place of the count, or there is another object by now.
#[inline]
pub(super) fn looks_alive(object: *mut ffi::PyObject) -> bool {
    #[cfg(Py_GIL_DISABLED)]
    // SAFETY: the memory of what was a live object once stays mapped, or nearly always does.
    unsafe {
        ffi::Py_REFCNT(object) > 0
    }
    #[cfg(not(Py_GIL_DISABLED))]
    {
        // SAFETY: as above; the first word of an object holds its count.
        let word = unsafe { object.cast::<usize>().read() };
        // From 3.14 on flags are in the upper quarter.
        #[cfg(all(Py_3_14, target_pointer_width = "64"))]
        let word = word & 0xFFFF_FFFF_FFFF;
        word != 0 && word <= u32::MAX as usize
    }
}

/// Whether counting does not matter, because the object never dies.
#[inline]
pub(super) fn is_immortal(object: *mut ffi::PyObject) -> bool {
    if !cfg!(Py_3_12) {
        return false;
    }
    #[cfg(Py_GIL_DISABLED)]
    {
        // Not by the whole count, which objects with deferred counting have above all bounds.
        // SAFETY: a live object; the field is atomic.
        let local = unsafe { &(*object).ob_ref_local };
        local.load(std::sync::atomic::Ordering::Relaxed) == u32::MAX
    }
    #[cfg(not(Py_GIL_DISABLED))]
    {
        // CPython's own tests differ by version; all its immortal counts are above this, and no others.
        let least: i64 = if cfg!(target_pointer_width = "64") {
            1 << 31
        } else {
            1 << 29
        };
        // SAFETY: a live object.
        let count = unsafe { ffi::Py_REFCNT(object) };
        count as i64 >= least
    }
}

/// Notes that a reference is cloned on a detached thread, if it is one.
#[inline]
#[track_caller]
pub(crate) fn cloned_while_detached(object: *mut ffi::PyObject) -> bool {
    if attached_here() {
        return false;
    }
    let name = local::with(|local| local.names.of(object));
    let site = Some(Location::caller());
    misuse::note(MisuseKind::ClonedDetached, object, names::text(name), site);
    true
}
