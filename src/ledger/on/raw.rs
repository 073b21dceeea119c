//! References that the user's code counts by the raw functions of [`ffi`], and buffers that it takes by them.
//!
//! Such a reference has no record: who takes it and who releases it need not be the same code, and the C API returns
//! references of its own. The lines are known, and while objects are watched, so are the objects. A buffer has a
//! record.

use std::collections::HashMap;
use std::panic::Location;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::alive::looks_alive;
use super::misuse::{self, MisuseKind};
use super::record::Content;
use super::site::{self, Site};
use super::thread::{self, Quiet};
use super::token::Token;
use super::watch::{self, Object};
use super::{Kind, slab};
use crate::ffi;

static NOTES: ffi::Notes = ffi::Notes {
    taken,
    releasing,
    fetched: |object, site| new_reference(object, Kind::Fetched, site),
    replaced: |object, site| new_reference(object, Kind::Replaced, site),
    buffer_taken,
    buffer_releasing,
};

/// From now on the raw functions are known.
pub(crate) fn begin() {
    ffi::tell(&NOTES);
}

/// Whether the line is in the user's code. This crate's own references have records.
#[inline]
fn concerns(site: &'static Location<'static>) -> bool {
    let own = site::is_own(site);
    if own {
        thread::with(|local| local.called_from(site));
    }
    own
}

fn taken(object: *mut ffi::PyObject, site: &'static Location<'static>) {
    if concerns(site) {
        if !looks_alive(object) {
            misuse::note(MisuseKind::UseAfterRelease, object, None, Some(site));
            return;
        }
        note_taken(object, site);
    }
}

fn releasing(object: *mut ffi::PyObject, site: &'static Location<'static>) -> bool {
    if !concerns(site) {
        return true;
    }
    if !looks_alive(object) {
        misuse::note(MisuseKind::ReleaseNotHeld, object, None, Some(site));
        return false;
    }
    may_release(object, site)
}

fn new_reference(object: *mut ffi::PyObject, kind: Kind, site: &'static Location<'static>) {
    if concerns(site) {
        note_reference(object, kind, site);
    }
}

/// Called when a raw `Py_INCREF` takes a reference.
fn note_taken(object: *mut ffi::PyObject, site: &'static Location<'static>) {
    if watch::is_on() && watch::holds() {
        watch::count_given();
        watch::hold(object, Kind::RawIncref, site, 1);
        watch::with_watched(object, |watched| {
            watched.raw += 1;
            watched.raw_site = Some(site);
        });
    }
}

/// Called when a raw `Py_DECREF` is about to release a reference. Returns whether it may: not if there has been none.
fn may_release(object: *mut ffi::PyObject, site: &'static Location<'static>) -> bool {
    if !watch::is_on() {
        return true;
    }
    if watch::holds() {
        let mut counted = false;
        watch::with_watched(object, |watched| {
            counted = watched.raw > 0;
            watched.raw = watched.raw.saturating_sub(1);
        });
        if !counted {
            watch::count_given();
            watch::pin(object, Kind::RawDecref, site);
            // If there is one too many, it is the last one.
            watch::with_watched(object, |watched| {
                if watched.kind == Kind::RawDecref {
                    (watched.taken, watched.site) = (site, site);
                }
            });
        }
        return true;
    }
    !watch::is_wrong(site)
}

/// Called when a raw call returns a new reference, or gives one up, that has to be released by hand.
fn note_reference(object: *mut ffi::PyObject, kind: Kind, site: &'static Location<'static>) {
    if watch::is_on() && watch::holds() {
        watch::count_given();
        watch::hold(object, kind, site, 1);
    }
}

/// A buffer that is open, and during which watch it was taken.
struct Buffer {
    token: Token,
    watch: usize,
}

/// The open buffers of each object, in the order in which they were taken.
static BUFFERS: Mutex<Option<HashMap<Object, Vec<Buffer>>>> = Mutex::new(None);
static OPEN: AtomicUsize = AtomicUsize::new(0);

fn buffers() -> MutexGuard<'static, Option<HashMap<Object, Vec<Buffer>>>> {
    BUFFERS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn buffer_taken(object: *mut ffi::PyObject, site: &'static Location<'static>) {
    let Some(owner) = NonNull::new(object).filter(|_| concerns(site)) else {
        return;
    };
    let token = Token::open(owner, Kind::Buffer, Site(site));
    let watch = watch::number();
    let _quiet = Quiet::begin();
    let mut buffers = buffers();
    let all = buffers.get_or_insert_default().entry(Object(object));
    all.or_default().push(Buffer { token, watch });
    OPEN.fetch_add(1, Relaxed);
}

fn buffer_releasing(object: *mut ffi::PyObject) {
    if OPEN.load(Relaxed) != 0 {
        close(Object(object), 1);
    }
}

/// Closes the records of some of the object's buffers: they are released, the later ones first.
pub(crate) fn close(object: Object, count: usize) {
    let _quiet = Quiet::begin();
    let mut buffers = buffers();
    let Some(all) = buffers.as_mut() else { return };
    let Some(open) = all.get_mut(&object) else {
        return;
    };
    for _ in 0..count {
        if let Some(buffer) = open.pop() {
            buffer.token.close(slab::own());
            OPEN.fetch_sub(1, Relaxed);
        }
    }
    if open.is_empty() {
        all.remove(&object);
    }
}

/// The open buffers of an object.
pub(crate) struct Open {
    pub(crate) object: Object,
    pub(crate) count: usize,
    /// Whether one of them was taken during this watch.
    pub(crate) is_new: bool,
    /// The record of the last one, if its object is still there.
    pub(crate) last: Option<Content>,
}

/// All objects with open buffers.
pub(crate) fn open() -> Vec<Open> {
    if OPEN.load(Relaxed) == 0 {
        return Vec::new();
    }
    let watch = watch::number();
    let _quiet = Quiet::begin();
    let buffers = buffers();
    let all = buffers.iter().flatten().map(|(object, open)| Open {
        object: *object,
        count: open.len(),
        is_new: open.iter().any(|buffer| buffer.watch == watch),
        last: open
            .last()
            .and_then(|buffer| buffer.token.content())
            .filter(Content::is_there),
    });
    all.collect()
}
