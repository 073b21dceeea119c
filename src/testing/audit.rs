//! Watching objects: proof of references that were released without being held.
//!
//! A watched object is pinned: it is given so many references that a few too few do not free it, and when
//! the watch ends its count is compared with the references that can be found: those of containers, and the
//! ledger's own records.

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

/// More than any object has.
const DEFERRED: isize = isize::MAX / 16;

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

/// Ends the watch and compares each object's count with the references to it that can be found.
///
/// References released that were not held are added to the [misuses](crate::ledger::misuses), and made up for.
/// References that nothing explains are returned, where all objects were watched: the leaks of C code, the
/// references that a callee was expected to steal, but also what C code keeps in its own structures, and
/// the variables of running Python functions.
///
/// Walks over all objects that the garbage collector knows.
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
        // What is missing stays: somebody is going to release it.
        pins.push((object, PIN + beyond.min(0)));
    }
    // Only now: what dies here may hold another one that is watched. A destructor frees what was counted.
    loud(|| {
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
