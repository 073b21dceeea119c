//! Uses of objects that may be gone.
//!
//! What a watch pins lives on, with all that it refers to. An object that would have died otherwise must not be used.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::panic::Location;
use std::ptr;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use super::alive::{is_immortal, looks_alive};
use super::misuse::{self, MisuseKind};
use super::site::Site;
use super::watch::{self, Object, Watched, mark_wrong};
use super::{Kind, names};
use crate::{ffi, refcount};

/// Called when a reference is taken through a borrowed one, whose owner may be gone.
#[inline]
pub(crate) fn using(object: *mut ffi::PyObject, site: Site) {
    if !looks_alive(object) {
        used_when_dead(object, site.0);
    }
    if watch::is_on() {
        using_while_watching(object, site.0);
    }
}

#[cold]
fn used_when_dead(object: *mut ffi::PyObject, site: &'static Location<'static>) -> ! {
    misuse::note(MisuseKind::UseAfterRelease, object, None, Some(site));
    panic!("an object is used after its release, at {site}")
}

#[cold]
fn using_while_watching(object: *mut ffi::PyObject, site: &'static Location<'static>) {
    let held = watch::with_all(|all| {
        let held = all.get(&Object(object));
        let lent = held.filter(|held| held.kind == Kind::Borrowed && held.pins > 0);
        lent.map(|held| (held.pins, held.type_name, held.site))
    });
    // SAFETY: alive, because it is pinned.
    let is_gone = |pins| unsafe { refcount::refcount(object) } <= pins;
    if let Some((_, type_name, lent)) = held.flatten().filter(|&(pins, ..)| is_gone(pins)) {
        let name = names::text(type_name);
        misuse::note(MisuseKind::UseAfterRelease, object, name, Some(site));
        mark_wrong(lent);
    }
}

/// How many references an object has at the most, so that it is looked for.
const MOST_REFERENCES: isize = 8;
/// How many steps one watch may take to look for objects.
const MOST_STEPS: usize = 1 << 20;

/// How many steps the watch of this number has taken.
static STEPS: AtomicUsize = AtomicUsize::new(0);
static STEPS_OF: AtomicUsize = AtomicUsize::new(0);

/// Whether only lists, tuples and dicts refer to an object that would be dead, were they not pinned by the watch.
///
/// A list that is released by hand is pinned, and its items live on. Whoever uses an item that was only borrowed from it
/// would use freed memory in a program that is not watched.
#[inline]
pub(super) fn lives_by_pins(object: *mut ffi::PyObject) -> bool {
    watch::is_on() && ffi::attached_here() && looks_for_owners(object)
}

#[cold]
fn looks_for_owners(object: *mut ffi::PyObject) -> bool {
    if is_immortal(object) {
        return false;
    }
    if STEPS_OF.swap(watch::number(), Relaxed) != watch::number() {
        STEPS.store(0, Relaxed);
    }
    watch::with_all(|all| {
        let pins = all.get(&Object(object)).map_or(0, |watched| watched.pins);
        // SAFETY: alive, as its count says.
        let references = unsafe { refcount::refcount(object) } - pins;
        (1..=MOST_REFERENCES).contains(&references) && Dead::among(all).has(object, references)
    })
    .unwrap_or(false)
}

/// What only pinned objects refer to.
struct Dead {
    /// How often the dead containers refer to each object.
    visits: HashMap<Object, isize>,
    /// Containers that have been found to be dead, and are not visited yet.
    pending: Vec<Object>,
}

impl Dead {
    /// The watched containers to which nothing but their pins refers, and what only these refer to.
    fn among(all: &HashMap<Object, Watched>) -> Dead {
        let mut dead = Dead {
            visits: HashMap::new(),
            pending: Vec::new(),
        };
        STEPS.fetch_add(all.len(), Relaxed);
        let pins = |object| all.get(&object).map_or(0, |watched| watched.pins);
        for (&object, watched) in all {
            if watched.pins > 0 && is_container(object.0) {
                // SAFETY: alive, because it is pinned.
                let count = unsafe { refcount::refcount(object.0) };
                if count == watched.pins {
                    dead.pending.push(object);
                }
            }
        }
        while let Some(container) = dead.pending.pop() {
            if STEPS.load(Relaxed) >= MOST_STEPS {
                break;
            }
            let mut children: Vec<Object> = Vec::new();
            // SAFETY: a container that lives, and that nobody else can change, since nothing else refers to it.
            unsafe { traverse(container.0, &mut children) };
            STEPS.fetch_add(children.len(), Relaxed);
            for child in children {
                let visits = dead.visits.entry(child).or_default();
                *visits += 1;
                // SAFETY: a live container refers to it.
                let count = unsafe { refcount::refcount(child.0) };
                if count == *visits + pins(child) && is_container(child.0) {
                    dead.pending.push(child);
                }
            }
        }
        dead
    }

    fn has(&self, object: *mut ffi::PyObject, references: isize) -> bool {
        self.visits.get(&Object(object)) == Some(&references)
    }
}

/// Whether the object is a list, tuple or dict: what these refer to is released when they die, and nothing else is done.
fn is_container(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object.
    let kind = unsafe { ffi::Py_TYPE(object) };
    let kinds = [
        &raw const ffi::PyList_Type,
        &raw const ffi::PyTuple_Type,
        &raw const ffi::PyDict_Type,
    ];
    kinds.contains(&kind.cast_const())
}

/// # Safety
/// A live container, which does not change.
unsafe fn traverse(object: *mut ffi::PyObject, children: &mut Vec<Object>) {
    // SAFETY: a live object.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: a live type.
    if let Some(traverse) = unsafe { (*kind).tp_traverse } {
        // SAFETY: `visit` only stores its argument.
        unsafe { traverse(object, visit, ptr::from_mut(children).cast()) };
    }
}

unsafe extern "C" fn visit(object: *mut ffi::PyObject, children: *mut c_void) -> c_int {
    // SAFETY: the `Vec` that `traverse` passes, and does not use itself during the call.
    let children = unsafe { &mut *children.cast::<Vec<Object>>() };
    if !object.is_null() {
        children.push(Object(object));
    }
    0
}
