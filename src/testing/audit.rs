//! Watching objects: finds references that were released without being held.
//!
//! A watched object is pinned: it gets so many extra references that a few releases too many do not free it.
//! When the watch ends, its count is compared with the references that can be found: those of containers, and
//! the ledger's records.

use std::collections::{HashMap, HashSet};
use std::ffi::{c_int, c_void};
use std::ptr;

use super::cycle::native::{self, is_running};
use super::quiet::loud;
use crate::ledger::misuse::{self, MisuseKind};
use crate::ledger::thread::{self, Quiet};
use crate::ledger::watch::{self, Object, PIN, Watched};
use crate::ledger::{Kind, Place, Watch, names, record};
use crate::refs::{Owned, Python};
use crate::types::PyList;
use crate::{ffi, refcount};

/// Larger than the count of any object, except one with deferred reference counting.
const DEFERRED: isize = isize::MAX / 16;

/// References to an object for which neither a container nor a record was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unexplained {
    /// The name of the object's type.
    pub type_name: &'static str,
    /// Where a reference to the object was first taken.
    pub taken: Place,
    /// How that reference was taken.
    pub kind: Kind,
    /// Where references to the object were given away: a callee may not have stolen its reference.
    pub given: Vec<Place>,
    /// The exported function that was running when the first reference was taken.
    pub function: Option<&'static str>,
    /// How many references there are besides those of containers and of the ledger.
    pub references: usize,
}

/// Ends the watch and compares each object's count with the references to it that can be found.
///
/// Releases of references that were not held are added to the [misuses](crate::ledger::misuses), and the
/// missing references are replaced. If all objects were watched, unexplained references are returned: leaks of
/// C code and references that a callee was expected to steal, but also references that C code keeps in its own
/// structures, and those of the variables of running Python functions.
///
/// Visits all objects that the garbage collector knows.
pub fn finish_watch(py: Python<'_>) -> Vec<Unexplained> {
    py.assert_attached();
    let (what, watched) = watch::end();
    let _quiet = Quiet::begin();
    let Some(watched) = watched else {
        return Vec::new();
    };
    let edges = edges(py, &watched);
    let records = records(&watched);
    let mut unexplained = Vec::new();
    let mut pins = Vec::with_capacity(watched.len());
    for (object, watched) in watched {
        // The interpreter's table of interned strings refers to them without counting.
        // SAFETY: the object is pinned, and so alive.
        let is_str = unsafe { ffi::PyUnicode_Check(object.0) } != 0;
        let found = match edges.get(&object) {
            Some(&found) if !is_str => found,
            _ => Edges::default(),
        };
        let held = records.get(&object).copied().unwrap_or(0);
        // SAFETY: the object is pinned, and so alive.
        let references = unsafe { refcount::refcount(object.0) } - PIN;
        let beyond = match references - found.plain - found.native - held {
            // A native field that the object shows to the collector counts twice: as an edge, and as a record.
            less if less < 0 => (less + found.native.min(held)).min(0),
            more => more,
        };
        if references > DEFERRED {
            // Deferred reference counting of free-threaded builds: the count has no meaning.
        } else if beyond < 0 {
            let kind = match watched.kind {
                Kind::Adopted => MisuseKind::OwnedFromBorrowed,
                _ => MisuseKind::OverRelease,
            };
            // The note names the function that took the reference, not the one that runs now.
            let asking = thread::with(|local| local.function.replace(watched.function));
            misuse::note(
                kind,
                object.0,
                names::text(watched.type_name),
                Some(watched.taken),
            );
            thread::with(|local| local.function.set(asking));
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
        // References of the pin replace the missing ones, which other owners are going to release.
        pins.push((object, PIN + beyond.min(0)));
    }
    // After the loop, because an object that is destroyed here may hold another watched one. Loud, because
    // destructors free memory that was counted.
    loud(|| {
        for (object, references) in pins {
            for _ in 0..references {
                // SAFETY: these references belong to the pin.
                unsafe { refcount::decref(object.0) }
            }
        }
    });
    unexplained
}

/// The number of records of each watched object.
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

/// How many references containers hold to an object.
#[derive(Clone, Copy, Default)]
struct Edges {
    /// References of CPython's own containers.
    plain: isize,
    /// References of objects that can have native fields, which have records of their own.
    native: isize,
}

struct Walk<'a> {
    watched: &'a HashMap<Object, Watched>,
    edges: HashMap<Object, Edges>,
    /// Whether the object that is being visited can have native fields.
    is_native: bool,
    /// Tuples and dicts that the collector no longer tracks, found through other objects.
    untracked: Vec<Object>,
    seen: HashSet<Object>,
}

/// The references of containers to each watched object: a lower bound.
///
/// On free-threaded builds this is empty, because other threads change containers at the same time.
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
            // SAFETY: the index is within the list, to which no other code has a reference, and which keeps its
            // items alive.
            let object = unsafe { ffi::PyList_GET_ITEM(all.as_ptr(), index as ffi::Py_ssize_t) };
            if object != all.as_ptr() {
                // SAFETY: a live object.
                unsafe { walk.traverse(object) };
            }
        }
        // The holder of a watched object may itself be untracked.
        for object in watched.keys() {
            walk.find_untracked(object.0);
        }
        while let Some(object) = walk.untracked.pop() {
            // SAFETY: the object was reached from a live object, and no code has run since that could free it.
            unsafe { walk.traverse(object.0) };
        }
    }
    walk.edges
}

/// `gc.get_objects()`.
fn collector_objects(py: Python<'_>) -> Option<Owned<'_, PyList>> {
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
        // SAFETY: a live object that the collector tracks, or a tuple or dict; `visit` only counts.
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
    // SAFETY: the `Walk` that `traverse` passes, and does not use itself during the call.
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
