//! Watching objects. A watched object is pinned: it gets so many extra references that a few releases too many
//! do not free it. [`finish_watch`](crate::testing::finish_watch) compares its count with the references that
//! can be found.

use std::collections::{HashMap, HashSet};
use std::ffi::c_char;
use std::panic::Location;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::alive::{is_immortal, looks_alive};
use super::record::{self, Content};
use super::site::{self, Site};
use super::thread::{self, Quiet};
use super::token::Token;
use super::{Kind, names};
use crate::{ffi, refcount};

/// How many references pin an object at first. There will be more if they are used up.
const PIN: isize = 1024;

/// Which objects are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Watch {
    /// Objects with a reference that the raw C API made, an [`Owned`](crate::Owned) adopted, and is now being
    /// released: cheap, and safe for code that changes objects while they are new.
    Adopted = 1,
    /// All objects to which a reference is taken. Meanwhile functions fail that change an object only while it
    /// has one reference (`_PyBytes_Resize`).
    All = 2,
    /// As [`Adopted`](Watch::Adopted), and objects with such a reference that is given away: to the interpreter as a
    /// result, or to a function that steals it. Meanwhile they live on, and functions fail that change an object only
    /// while it has one reference.
    Given = 3,
}

static WATCHING: AtomicU8 = AtomicU8::new(0);
/// How many watches have begun.
static NUMBER: AtomicUsize = AtomicUsize::new(0);
/// How many references have been given away while that was watched for.
static GIVEN: AtomicUsize = AtomicUsize::new(0);
/// The thread on which it is watched what is given away, or 0 for all.
static GIVER: AtomicU32 = AtomicU32::new(0);

/// A watched object.
pub(crate) struct Watched {
    pub(crate) kind: Kind,
    pub(crate) type_name: *const c_char,
    pub(crate) taken: &'static Location<'static>,
    /// The line as it is in the record.
    pub(crate) site: &'static Location<'static>,
    pub(crate) function: *const c_char,
    pub(crate) given: Vec<&'static Location<'static>>,
    /// How many references pin the object.
    pub(crate) pins: isize,
    /// How many raw `Py_INCREF`s have no `Py_DECREF` yet, and the line of the last one.
    pub(crate) raw: usize,
    pub(crate) raw_site: Option<&'static Location<'static>>,
}

impl Watched {
    /// An object that is not pinned, from one of its records.
    pub(crate) fn of(content: &Content) -> Watched {
        Watched {
            kind: content.kind,
            type_name: content.type_name,
            taken: site::users(content.site, content.near),
            site: content.site,
            function: content.function,
            given: Vec::new(),
            pins: 0,
            raw: 0,
            raw_site: None,
        }
    }
}

/// The address of an object, as a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Object(pub(crate) *mut ffi::PyObject);

// SAFETY: only the address is used, except for watched objects, which are pinned, on attached threads.
unsafe impl Send for Object {}
// SAFETY: the pointers are to static or leaked text.
unsafe impl Send for Watched {}

static OBJECTS: Mutex<Option<HashMap<Object, Watched>>> = Mutex::new(None);

fn objects() -> MutexGuard<'static, Option<HashMap<Object, Watched>>> {
    OBJECTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lines that took a reference which was not there, and how many these are.
static WRONG: Mutex<Vec<&'static Location<'static>>> = Mutex::new(Vec::new());
static WRONG_COUNT: AtomicUsize = AtomicUsize::new(0);

/// Whether a call has released a reference to an argument that was not held.
static WRONG_ARGUMENTS: AtomicUsize = AtomicUsize::new(0);

fn wrong() -> MutexGuard<'static, Vec<&'static Location<'static>>> {
    WRONG.lock().unwrap_or_else(PoisonError::into_inner)
}

#[inline]
fn watching(what: Watch) -> bool {
    WATCHING.load(Ordering::Relaxed) == what as u8
}

#[inline]
fn watching_adopted() -> bool {
    watching(Watch::Adopted) || watching(Watch::Given)
}

/// Called when a reference to the object is taken.
#[inline]
pub(crate) fn taken(object: *mut ffi::PyObject, kind: Kind, site: &'static Location<'static>) {
    if watching(Watch::All) {
        pin(object, kind, site);
    }
}

/// Called when a raw pointer is taken for a borrowed reference. It was none if no owner can be found later.
#[inline]
pub(crate) fn borrowed(object: *mut ffi::PyObject, site: Site) {
    if WATCHING.load(Ordering::Relaxed) != 0 && !object.is_null() && site::is_own(site.0) {
        borrowed_while_watching(object, site.0);
    }
}

#[cold]
fn borrowed_while_watching(object: *mut ffi::PyObject, site: &'static Location<'static>) {
    if !looks_alive(object) {
        return;
    }
    if watching(Watch::All) {
        pin(object, Kind::Borrowed, site);
    } else if watching(Watch::Given) && concerns(thread::with(|local| local.thread()))
        || is_wrong(site)
    {
        // It lives on, so that a use after its owner has let it go does no harm and is seen.
        GIVEN.fetch_add(1, Ordering::Relaxed);
        hold(object, Kind::Borrowed, site, 1);
    }
}

/// Called when a reference that is held is about to be released.
#[inline]
pub(crate) fn releasing(object: *mut ffi::PyObject, token: Token) {
    if !watching_adopted() {
        return;
    }
    if let Some(content) = token
        .content()
        .filter(|content| content.kind == Kind::Adopted)
    {
        pin(object, content.kind, content.site);
    }
}

/// Called when a reference that is held is given away.
#[inline]
pub(crate) fn given(object: *mut ffi::PyObject, token: Token, site: &'static Location<'static>) {
    if WATCHING.load(Ordering::Relaxed) != 0 {
        given_while_watching(object, token, site);
    }
}

#[cold]
fn given_while_watching(
    object: *mut ffi::PyObject,
    token: Token,
    site: &'static Location<'static>,
) {
    // Not if this crate gives it: to functions that steal, and to the interpreter.
    if watching(Watch::All) && site::is_own(site) {
        note_given(object, site);
    }
    let Some(content) = token.content() else {
        return;
    };
    if content.kind != Kind::Adopted || !ffi::attached_here() {
        return;
    }
    if watching(Watch::Given) {
        if !concerns(thread::with(|local| local.thread())) {
            return;
        }
        GIVEN.fetch_add(1, Ordering::Relaxed);
        pin(object, content.kind, content.site);
    } else if is_wrong(content.site) {
        // There is no reference to give: one more, or the object would be destroyed too early.
        // SAFETY: attached, and the object is alive: it is about to be given away.
        unsafe { refcount::incref(object) }
    }
}

/// Records of references that the raw C API made, by thread and sequence number: those that were open already when
/// the watch for given references began.
static OLDER: Mutex<Option<HashSet<(u32, u64)>>> = Mutex::new(None);

/// The records of references that the raw C API made and that have been kept since [`Watch::Given`] began.
pub(crate) fn kept() -> Vec<Content> {
    let _quiet = Quiet::begin();
    let older = OLDER.lock().unwrap_or_else(PoisonError::into_inner).take();
    let older = older.unwrap_or_default();
    let mut kept = adopted();
    kept.retain(|content| {
        let is_new = !older.contains(&(content.thread, content.sequence));
        is_new && concerns(content.thread) && content.is_there()
    });
    kept
}

/// The open records of references that the raw C API made.
fn adopted() -> Vec<Content> {
    let mut adopted = Vec::new();
    record::for_each_open(|content| {
        if content.kind == Kind::Adopted {
            adopted.push(content);
        }
    });
    adopted
}

/// Whether it is watched what this thread gives away.
fn concerns(thread: u32) -> bool {
    let giver = GIVER.load(Ordering::Relaxed);
    giver == 0 || giver == thread
}

/// How many references have been given away since the watch for these began.
pub(crate) fn given_count() -> usize {
    GIVEN.load(Ordering::Relaxed)
}

/// Remembers a line that takes references which are not there: for each of them that is given away later, another
/// one is taken.
pub(crate) fn mark_wrong(site: &'static Location<'static>) {
    let _quiet = Quiet::begin();
    let mut wrong = wrong();
    if !wrong.contains(&site) {
        wrong.push(site);
    }
    WRONG_COUNT.store(wrong.len(), Ordering::Relaxed);
}

pub(super) fn is_wrong(site: &'static Location<'static>) -> bool {
    WRONG_COUNT.load(Ordering::Relaxed) != 0 && wrong().contains(&site)
}

/// Forgets all lines that were marked.
pub(crate) fn forget_wrong() {
    let _quiet = Quiet::begin();
    *wrong() = Vec::new();
    WRONG_COUNT.store(0, Ordering::Relaxed);
    WRONG_ARGUMENTS.store(0, Ordering::Relaxed);
}

#[cold]
fn note_given(object: *mut ffi::PyObject, site: &'static Location<'static>) {
    let _quiet = Quiet::begin();
    if let Some(watched) = objects()
        .as_mut()
        .and_then(|all| all.get_mut(&Object(object)))
    {
        watched.given.push(site);
    }
}

/// Pins an object, so that a few releases too many do not free it.
#[cold]
pub(super) fn pin(object: *mut ffi::PyObject, kind: Kind, taken: &'static Location<'static>) {
    hold(object, kind, taken, PIN);
}

/// How many objects are held with few references at the most, which are not worth much memory.
const HELD: usize = 10_000;

/// Takes `references` to an object until the end of the watch, unless there are as many.
pub(super) fn hold(
    object: *mut ffi::PyObject,
    kind: Kind,
    taken: &'static Location<'static>,
    references: isize,
) {
    // Its count says nothing.
    if is_immortal(object) {
        return;
    }
    let _quiet = Quiet::begin();
    let mut objects = objects();
    let objects = objects.get_or_insert_default();
    if references < PIN && objects.len() >= HELD {
        return;
    }
    let watched = objects.entry(Object(object)).or_insert_with(|| {
        thread::with(|local| Watched {
            kind,
            type_name: names::of(object),
            taken: site::users(taken, local.near.get()),
            site: taken,
            function: local.function.get(),
            given: Vec::new(),
            pins: 0,
            raw: 0,
            raw_site: None,
        })
    });
    if rank(kind) > rank(watched.kind) {
        // What happens now says more than that it was lent before.
        (watched.kind, watched.taken, watched.site) = (kind, taken, taken);
    }
    // SAFETY: the object is alive, because a reference to it is held.
    if watched.pins < references || unsafe { refcount::refcount(object) } < references / 2 {
        for _ in 0..references {
            // SAFETY: as above; these references are released in `finish_watch`.
            unsafe { refcount::incref(object) }
        }
        watched.pins += references;
    }
}

/// How much a kind says about a wrong count.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::RawIncref => 1,
        Kind::RawDecref => 2,
        Kind::Adopted => 3,
        Kind::Fetched | Kind::Replaced => 4,
        _ => 0,
    }
}

/// Whether this thread's objects are watched so that they may live longer.
pub(super) fn holds() -> bool {
    watching(Watch::All) || watching(Watch::Given) && concerns(thread::with(|local| local.thread()))
}

/// Calls `f` with all watched objects, if there are any. `f` runs no code that could watch others.
pub(super) fn with_all<R>(f: impl FnOnce(&HashMap<Object, Watched>) -> R) -> Option<R> {
    let _quiet = Quiet::begin();
    objects().as_ref().map(f)
}

/// Calls `f` with what is known about a watched object.
pub(super) fn with_watched(object: *mut ffi::PyObject, f: impl FnOnce(&mut Watched)) {
    let _quiet = Quiet::begin();
    let mut objects = objects();
    if let Some(watched) = objects
        .as_mut()
        .and_then(|all| all.get_mut(&Object(object)))
    {
        f(watched);
    }
}

/// Whether objects are watched now, in whatever way.
#[inline]
pub(super) fn is_on() -> bool {
    WATCHING.load(Ordering::Relaxed) != 0
}

/// The number of this watch.
pub(super) fn number() -> usize {
    NUMBER.load(Ordering::Relaxed)
}

/// Something lives longer, as after a reference that is given away.
pub(super) fn count_given() {
    GIVEN.fetch_add(1, Ordering::Relaxed);
}

/// Whether the counts of arguments are looked at.
#[inline]
pub(super) fn are_arguments_watched() -> bool {
    is_on() && (holds() || WRONG_ARGUMENTS.load(Ordering::Relaxed) != 0)
}

/// Calls of exported functions release references to arguments that are not held: all later calls are looked at, too.
pub(crate) fn mark_arguments() {
    WRONG_ARGUMENTS.store(1, Ordering::Relaxed);
}

/// Whether all objects are watched.
pub(super) fn is_of_all() -> bool {
    watching(Watch::All)
}

/// Starts watching objects, until [`finish_watch`](crate::testing::finish_watch). Only one watch can run at a
/// time.
///
/// Watching costs little time, but watched objects stay alive until the end of the watch.
pub fn watch(what: Watch) {
    NUMBER.fetch_add(1, Ordering::Relaxed);
    GIVER.store(0, Ordering::Relaxed);
    GIVEN.store(0, Ordering::Relaxed);
    if what == Watch::Given {
        let _quiet = Quiet::begin();
        let identities = adopted().into_iter();
        let older = identities.map(|content| (content.thread, content.sequence));
        *OLDER.lock().unwrap_or_else(PoisonError::into_inner) = Some(older.collect());
    }
    WATCHING.store(what as u8, Ordering::Relaxed);
}

/// [`Watch::Given`] of what this thread gives away: others may run tests of their own.
pub(crate) fn watch_given_here() {
    watch(Watch::Given);
    GIVER.store(thread::with(|local| local.thread()), Ordering::Relaxed);
}

/// Ends the watch. Returns what was watched, and the objects, which are still pinned.
pub(crate) fn end() -> (u8, Option<HashMap<Object, Watched>>) {
    let what = WATCHING.swap(0, Ordering::Relaxed);
    let _quiet = Quiet::begin();
    (what, objects().take())
}
