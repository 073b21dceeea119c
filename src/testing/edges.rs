//! What refers to some objects: containers, native fields, local variables of running functions.
//!
//! All that is found is there; what is not found, such as a reference in a C variable, may be there as well.

use std::collections::{HashMap, HashSet};
use std::ffi::{c_int, c_void};
use std::{mem, ptr};

use super::cycle::native::{self, is_running};
use super::frames;
use super::tracked;
use crate::ledger::record;
use crate::refs::{Owned, Python};
use crate::types::PyString;
use crate::{ffi, refcount};

pub(super) use crate::ledger::watch::Object;

/// The references to an object.
#[derive(Clone, Copy, Default)]
pub(super) struct Edges {
    /// The object's count.
    pub(super) count: isize,
    /// Open records of references to it.
    pub(super) held: isize,
    /// References of CPython's own containers, and before 3.14 of local variables.
    pub(super) plain: isize,
    /// References of objects that can have native fields, which have records of their own.
    pub(super) native: isize,
    /// References of frames and generators that do not run now, and from 3.14 on of local variables: they need not be
    /// counted, but then something else has one that is.
    pub(super) unsure: isize,
}

impl Edges {
    /// Whether anything refers to the object.
    pub(super) fn any(&self) -> bool {
        self.plain + self.native + self.unsure > 0
    }
}

/// Looks for what refers to each of the objects, which are alive. The counts and records are those of the same moment.
///
/// Visits all objects that the garbage collector knows. `None` if there is no memory for that.
pub(super) fn look(
    py: Python<'_>,
    objects: impl Iterator<Item = Object>,
) -> Option<HashMap<Object, Edges>> {
    let mut walk = Walk {
        found: objects.map(|object| (object, Edges::default())).collect(),
        filter: Filter::default(),
        visited: Vec::new(),
        // Frozen objects are left out by the collector's functions, and found through others.
        everywhere: false,
        pending: Vec::new(),
        seen: HashSet::new(),
        interned: None,
    };
    if walk.found.is_empty() {
        return Some(walk.found);
    }
    walk.everywhere = tracked::are_frozen(py);
    let probe = walk.probe(py);
    walk.interned = probe.as_ref().map(|probe| Object(probe.as_ptr()));
    for object in walk.found.keys().chain(&walk.interned) {
        walk.filter.add(object.0);
    }
    let locals = frames::locals(py);
    for (object, count) in &locals {
        if let Some(edges) = walk.found.get_mut(object) {
            match cfg!(Py_3_14) {
                // A parameter may have been lent its reference by the caller's variable.
                true => edges.unsure += count,
                false => edges.plain += count,
            }
        }
    }
    if walk.everywhere {
        for object in locals.keys() {
            walk.reach(object.0);
        }
        // SAFETY: attached; a borrowed reference, or NULL at the interpreter's end.
        let modules = unsafe { ffi::module_dict() };
        // SAFETY: attached, so that there is an interpreter.
        let interpreter = unsafe { ffi::PyInterpreterState_Get() };
        // SAFETY: this thread's interpreter; a borrowed reference, or NULL.
        let own = unsafe { ffi::PyInterpreterState_GetDict(interpreter) };
        // SAFETY: attached, so that there is a thread state; a borrowed reference, or NULL.
        let threads = unsafe { ffi::PyThreadState_GetDict() };
        for root in [modules, own, threads] {
            if !root.is_null() {
                walk.reach(root);
            }
        }
    }
    // SAFETY: attached. A collection could run other code after the counts are read.
    let collects = unsafe { ffi::PyGC_Disable() } != 0;
    let mut counted = false;
    if cfg!(not(Py_GIL_DISABLED)) {
        // Before a list of all objects exists.
        walk.count();
        counted = true;
    }
    let all = tracked::for_each(py, |object| {
        if !mem::replace(&mut counted, true) {
            // From here on the other threads are stopped.
            walk.count();
        }
        walk.visit_all(object);
    });
    if collects {
        // SAFETY: attached.
        unsafe { ffi::PyGC_Enable() };
    }
    drop(probe);
    all.then_some(walk.found)
}

/// What kind of object is being visited.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    /// One of CPython's own containers.
    Plain,
    /// It can have native fields.
    Native,
    /// A frame or a generator.
    Unsure,
}

/// Which addresses are of interest, with some more: most objects are told from these without a look-up.
struct Filter([u64; 64]);

impl Default for Filter {
    fn default() -> Filter {
        Filter([0; 64])
    }
}

impl Filter {
    fn place(object: *mut ffi::PyObject) -> (usize, u64) {
        let bits = object.addr() >> 4;
        (bits >> 6 & 63, 1 << (bits & 63))
    }

    fn add(&mut self, object: *mut ffi::PyObject) {
        let (word, bit) = Filter::place(object);
        self.0[word] |= bit;
    }

    fn may_have(&self, object: *mut ffi::PyObject) -> bool {
        let (word, bit) = Filter::place(object);
        self.0[word] & bit != 0
    }
}

struct Walk {
    found: HashMap<Object, Edges>,
    filter: Filter,
    /// The objects of interest that the object being visited refers to.
    visited: Vec<Object>,
    /// Whether to follow all references, not only those to untracked objects.
    everywhere: bool,
    /// Objects that were found through others.
    pending: Vec<Object>,
    seen: HashSet<Object>,
    /// A str that only the interpreter's table of interned strings refers to. That table refers to strings without
    /// counting.
    interned: Option<Object>,
}

impl Walk {
    /// A new interned str, if the table of interned strings may show itself to the collector.
    fn probe<'py>(&self, py: Python<'py>) -> Option<Owned<'py, PyString>> {
        // SAFETY: live objects; the check reads their types.
        let is_str = |object: &Object| unsafe { ffi::PyUnicode_Check(object.0) } != 0;
        // On free-threaded builds interned strings are immortal.
        let needed = cfg!(all(Py_3_12, not(Py_GIL_DISABLED))) && self.found.keys().any(is_str);
        if !needed {
            return None;
        }
        PyString::intern(py, c"\x01pyptr: in no other container").ok()
    }

    fn count(&mut self) {
        for (object, edges) in &mut self.found {
            // SAFETY: a live object.
            edges.count = unsafe { refcount::refcount(object.0) };
        }
        record::for_each_open(|content| {
            if let Some(edges) = self.found.get_mut(&Object(content.object)) {
                edges.held += 1;
            }
        });
    }

    /// Visits an object that the collector knows, and those that only it leads to.
    fn visit_all(&mut self, object: *mut ffi::PyObject) {
        if !self.everywhere || self.seen.insert(Object(object)) {
            // SAFETY: a live object that the collector knows.
            unsafe { self.traverse(object) };
        }
        while let Some(object) = self.pending.pop() {
            // SAFETY: the object was reached from a live object, and no code has run since that could free it.
            unsafe { self.traverse(object.0) };
        }
    }

    /// # Safety
    /// `object` is alive, takes part in collections, and the thread is attached.
    unsafe fn traverse(&mut self, object: *mut ffi::PyObject) {
        // SAFETY: a live object, whose type it keeps alive.
        let kind = unsafe { ffi::Py_TYPE(object) };
        // SAFETY: as above.
        let Some(traverse) = (unsafe { (*kind).tp_traverse }) else {
            return;
        };
        self.visited.clear();
        // SAFETY: a live object that the collector tracks, or a tuple or dict; `visit` only counts.
        unsafe { traverse(object, visit, ptr::from_mut(self).cast()) };
        if self.visited.is_empty() {
            return;
        }
        // SAFETY: a live object.
        let memory = unsafe { native::memory_of(object) };
        let source = if is_running(object) {
            Source::Unsure
        } else if memory.is_some() {
            Source::Native
        } else {
            Source::Plain
        };
        if self
            .interned
            .is_some_and(|probe| self.visited.contains(&probe))
        {
            return;
        }
        for object in mem::take(&mut self.visited) {
            let Some(edges) = self.found.get_mut(&object) else {
                continue;
            };
            match source {
                Source::Plain => edges.plain += 1,
                Source::Native => edges.native += 1,
                Source::Unsure => edges.unsure += 1,
            }
        }
    }

    fn reach(&mut self, object: *mut ffi::PyObject) {
        let is_container = || {
            // SAFETY: a live object; the checks read its type.
            (unsafe { ffi::PyTuple_CheckExact(object) != 0 })
                // SAFETY: as above.
                || unsafe { ffi::PyDict_CheckExact(object) != 0 }
        };
        // SAFETY: a live object.
        let is_tracked = || unsafe { ffi::PyObject_GC_IsTracked(object) } != 0;
        let to_visit = match self.everywhere {
            true => is_gc(object) && (is_tracked() || is_container()),
            false => is_container() && !is_tracked(),
        };
        if to_visit && self.seen.insert(Object(object)) {
            self.pending.push(Object(object));
        }
    }
}

fn is_gc(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object; the check reads its type.
    unsafe { ffi::PyObject_IS_GC(object) != 0 }
}

unsafe extern "C" fn visit(object: *mut ffi::PyObject, walk: *mut c_void) -> c_int {
    // SAFETY: the `Walk` that `traverse` passes, and does not use itself during the call.
    let walk = unsafe { &mut *walk.cast::<Walk>() };
    if object.is_null() {
        return 0;
    }
    if walk.filter.may_have(object) {
        let of_interest = walk.found.contains_key(&Object(object));
        if of_interest || walk.interned == Some(Object(object)) {
            walk.visited.push(Object(object));
        }
    }
    walk.reach(object);
    0
}
