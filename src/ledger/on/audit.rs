//! Watching objects: proof of references that were released without being held.
//!
//! A watched object is pinned: it is given so many references that a few too few do not free it, and when
//! the watch ends its count is compared with the references that can be found: those of containers, and the
//! ledger's own records.

use std::collections::{HashMap, HashSet};
use std::ffi::{c_char, c_int, c_void};
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::cycle::native;
use super::local::{self, Quiet};
use super::misuse::{self, MisuseKind};
use super::site::{self, Place};
use super::{Kind, harness, names, record};
use crate::python::Python;
use crate::types::PyList;
use crate::{ffi, refcount};

/// How many references a pin is.
const PIN: isize = 1024;

/// More than any object has.
const DEFERRED: isize = isize::MAX / 16;

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum Watch {
    /// Objects of which a reference that the raw C API made was adopted by an [`Owned`](crate::Owned) and
    /// is released: cheap, and safe for code that changes objects while they are new.
    Adopted = 1,
    /// All objects to which a reference is taken. Functions that change an object only while it has one
    /// reference (`_PyBytes_Resize`) fail meanwhile.
    All = 2,
}

static WATCHING: AtomicU8 = AtomicU8::new(0);

/// A watched object.
struct Watched {
    kind: Kind,
    type_name: *const c_char,
    taken: &'static Location<'static>,
    function: *const c_char,
    given: Vec<&'static Location<'static>>,
}

/// An address that is used as a key, and found again as a pointer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Object(*mut ffi::PyObject);

// SAFETY: only the address is used, but for watched objects, which are pinned, on attached threads.
unsafe impl Send for Object {}
// SAFETY: the pointers are to static or leaked text.
unsafe impl Send for Watched {}

static OBJECTS: Mutex<Option<HashMap<Object, Watched>>> = Mutex::new(None);

fn objects() -> MutexGuard<'static, Option<HashMap<Object, Watched>>> {
    OBJECTS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[inline]
fn watching(what: Watch) -> bool {
    WATCHING.load(Ordering::Relaxed) == what as u8
}

/// A reference to the object is taken.
#[inline]
pub(super) fn taken(object: *mut ffi::PyObject, kind: Kind, site: &'static Location<'static>) {
    if watching(Watch::All) {
        pin(object, kind, site);
    }
}

/// A pointer is taken for a borrowed one, which it is not if nobody turns out to own it.
#[inline]
pub(crate) fn borrowed(object: *mut ffi::PyObject, site: super::Site) {
    if watching(Watch::All) && !object.is_null() && site::is_own(site.0) {
        pin(object, Kind::Borrowed, site.0);
    }
}

/// A reference that is held is about to be released.
#[inline]
pub(super) fn releasing(object: *mut ffi::PyObject, token: super::Token) {
    if watching(Watch::Adopted)
        && let Some(content) = token.content()
        && content.kind == Kind::Adopted
    {
        pin(object, content.kind, content.site);
    }
}

/// A reference that is held is given away.
#[inline]
pub(super) fn given(object: *mut ffi::PyObject, site: &'static Location<'static>) {
    // This crate gives to functions that steal, and to the interpreter.
    if watching(Watch::All) && site::is_own(site) {
        note_given(object, site);
    }
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

#[cold]
fn pin(object: *mut ffi::PyObject, kind: Kind, taken: &'static Location<'static>) {
    let _quiet = Quiet::begin();
    let mut objects = objects();
    objects
        .get_or_insert_default()
        .entry(Object(object))
        .or_insert_with(|| {
            for _ in 0..PIN {
                // SAFETY: alive, since a reference to it is held; released in `finish`.
                unsafe { refcount::incref(object) }
            }
            local::with(|local| Watched {
                kind,
                type_name: local.names.of(object),
                taken: match site::is_own(taken) {
                    true => taken,
                    false => local.near.get().unwrap_or(taken),
                },
                function: local.function.get(),
                given: Vec::new(),
            })
        });
}

/// References to an object that nothing explains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unexplained {
    /// The name of the object's type.
    pub type_name: &'static str,
    /// Where a reference to it was first taken.
    pub taken: Place,
    /// How that was.
    pub kind: Kind,
    /// Where references to it were given away: the callee may not have taken one.
    pub given: Vec<Place>,
    /// The exported function that took it.
    pub function: Option<&'static str>,
    /// How many references there are beyond those of containers and of the ledger.
    pub references: usize,
}

/// Starts watching objects, until [`finish_watch`]. One watch at a time.
///
/// It costs little by itself, but objects stay alive for as long as they are watched.
pub fn watch(what: Watch) {
    WATCHING.store(what as u8, Ordering::Relaxed);
}

/// Ends the watch and compares each object's count with the references to it that can be found.
///
/// References released that were not held are added to the [misuses](super::misuses), and made up for.
/// References that nothing explains are returned, where all objects were watched: the leaks of C code, the
/// references that a callee was expected to steal, but also what C code keeps in its own structures, and
/// the variables of running Python functions.
///
/// Walks over all objects that the garbage collector knows.
pub fn finish_watch(py: Python<'_>) -> Vec<Unexplained> {
    py.assert_attached();
    let what = WATCHING.swap(0, Ordering::Relaxed);
    let _quiet = Quiet::begin();
    let Some(watched) = objects().take() else {
        return Vec::new();
    };
    let edges = edges(py, &watched);
    let records = records(&watched);
    let mut unexplained = Vec::new();
    let mut pins = Vec::with_capacity(watched.len());
    for (object, watched) in watched {
        // The table of interned strings refers to them without counting.
        // SAFETY: pinned, so that it is alive.
        let is_str = unsafe { ffi::PyUnicode_Check(object.0) } != 0;
        let found = match edges.get(&object) {
            Some(&found) if !is_str => found,
            _ => Edges::default(),
        };
        let held = records.get(&object).copied().unwrap_or(0);
        // SAFETY: pinned, so that it is alive.
        let references = unsafe { refcount::refcount(object.0) } - PIN;
        let beyond = match references - found.plain - found.native - held {
            // A native field that its object shows to the collector is an edge, and has a record.
            less if less < 0 => (less + found.native.min(held)).min(0),
            more => more,
        };
        if references > DEFERRED {
            // Counted by other means on free-threaded builds: this number says nothing.
        } else if beyond < 0 {
            let kind = match watched.kind {
                Kind::Adopted => MisuseKind::OwnedFromBorrowed,
                _ => MisuseKind::OverRelease,
            };
            // That of the function that took it, not of the one that asks now.
            let asking = local::with(|local| local.function.replace(watched.function));
            misuse::note(
                kind,
                object.0,
                names::text(watched.type_name),
                Some(watched.taken),
            );
            local::with(|local| local.function.set(asking));
        } else if beyond > 0 && what == Watch::All as u8 {
            unexplained.push(Unexplained {
                type_name: names::text(watched.type_name).unwrap_or("object"),
                taken: watched.taken.into(),
                kind: watched.kind,
                given: watched
                    .given
                    .iter()
                    .map(|site| Place::from(*site))
                    .collect(),
                function: names::text(watched.function),
                references: beyond as usize,
            });
        }
        // What is missing stays: somebody is going to release it.
        pins.push((object, PIN + beyond.min(0)));
    }
    // Only now: what dies here may hold another one that is watched. A destructor frees what was counted.
    harness::loud(|| {
        for (object, references) in pins {
            for _ in 0..references {
                // SAFETY: the references of the pin.
                unsafe { refcount::decref(object.0) }
            }
        }
    });
    unexplained
}

/// The ledger's own references to each watched object.
fn records(watched: &HashMap<Object, Watched>) -> HashMap<Object, isize> {
    let mut records = HashMap::new();
    record::for_each_open(|content| {
        let object = Object(content.object);
        if watched.contains_key(&object) {
            *records.entry(object).or_default() += 1;
        }
    });
    records
}

/// References of containers to an object.
#[derive(Clone, Copy, Default)]
struct Edges {
    /// Of CPython's own containers.
    plain: isize,
    /// Of objects that can have native fields, with records of their own.
    native: isize,
}

struct Walk<'a> {
    watched: &'a HashMap<Object, Watched>,
    edges: HashMap<Object, Edges>,
    /// Whether the object that is looked at can have native fields.
    is_native: bool,
    /// Tuples and dicts that the collector has stopped looking at: found through others.
    untracked: Vec<Object>,
    seen: HashSet<Object>,
}

/// The references of containers to each watched object: a lower bound.
///
/// On free-threaded builds none: other threads change containers meanwhile.
fn edges(py: Python<'_>, watched: &HashMap<Object, Watched>) -> HashMap<Object, Edges> {
    let mut walk = Walk {
        watched,
        edges: HashMap::new(),
        is_native: false,
        untracked: Vec::new(),
        seen: HashSet::new(),
    };
    let all = match cfg!(Py_GIL_DISABLED) || watched.is_empty() {
        true => None,
        false => collector_objects(py),
    };
    if let Some(all) = &all {
        for index in 0..all.len() {
            // SAFETY: within the list, which nobody else has, and which keeps its items alive.
            let object = unsafe { ffi::PyList_GET_ITEM(all.as_ptr(), index as ffi::Py_ssize_t) };
            if object != all.as_ptr() {
                // SAFETY: a live object.
                unsafe { walk.traverse(object) };
            }
        }
        // What holds a watched object may be untracked itself.
        for object in watched.keys() {
            walk.find_untracked(object.0);
        }
        while let Some(object) = walk.untracked.pop() {
            // SAFETY: reached from a live object, and nothing has run since.
            unsafe { walk.traverse(object.0) };
        }
    }
    walk.edges
}

/// `gc.get_objects()`, without a record of it.
fn collector_objects(py: Python<'_>) -> Option<crate::Owned<'_, PyList>> {
    let objects = py
        .import(c"gc")
        .ok()?
        .getattr(c"get_objects")
        .ok()?
        .call0()
        .ok()?;
    objects.cast_into::<PyList>().ok()
}

impl Walk<'_> {
    /// # Safety
    /// `object` is alive, and the thread attached.
    unsafe fn traverse(&mut self, object: *mut ffi::PyObject) {
        if is_running(object) {
            return;
        }
        // SAFETY: a live object, whose type it keeps alive.
        let kind = unsafe { ffi::Py_TYPE(object) };
        // SAFETY: as above.
        let Some(traverse) = (unsafe { (*kind).tp_traverse }) else {
            return;
        };
        // SAFETY: a live object.
        self.is_native = unsafe { native::memory_of(object) }.is_some();
        // SAFETY: a live object that the collector knows, or a tuple or dict; `visit` counts and nothing else.
        unsafe { traverse(object, visit, ptr::from_mut(self).cast()) };
    }

    fn find_untracked(&mut self, object: *mut ffi::PyObject) {
        // SAFETY: a live object; the checks read its type.
        let is_container = unsafe { ffi::PyTuple_CheckExact(object) != 0 }
            // SAFETY: as above.
            || unsafe { ffi::PyDict_CheckExact(object) != 0 };
        // SAFETY: a live object.
        if is_container && unsafe { ffi::PyObject_GC_IsTracked(object) } == 0 {
            let object = Object(object);
            if self.seen.insert(object) {
                self.untracked.push(object);
            }
        }
    }
}

unsafe extern "C" fn visit(object: *mut ffi::PyObject, walk: *mut c_void) -> c_int {
    // SAFETY: what `traverse` passes; it does not use it meanwhile.
    let walk = unsafe { &mut *walk.cast::<Walk<'_>>() };
    if object.is_null() {
        return 0;
    }
    if walk.watched.contains_key(&Object(object)) {
        let edges = walk.edges.entry(Object(object)).or_default();
        match walk.is_native {
            true => edges.native += 1,
            false => edges.plain += 1,
        }
    }
    walk.find_untracked(object);
    0
}

/// Frames, generators and coroutines: what they visit is not always counted.
pub(super) fn is_running(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: a live type.
    let name = unsafe { (*kind).tp_name };
    // SAFETY: a live type's name, NUL-terminated.
    let name = unsafe { std::ffi::CStr::from_ptr(name) };
    matches!(
        name.to_bytes(),
        b"frame" | b"generator" | b"coroutine" | b"async_generator"
    )
}

/// A full collection, until nothing more comes.
pub(crate) fn collect(py: Python<'_>) {
    py.assert_attached();
    for _ in 0..10 {
        // SAFETY: attached, with a clear indicator or one that is put aside by the call.
        if unsafe { ffi::PyGC_Collect() } == 0 {
            return;
        }
    }
}
