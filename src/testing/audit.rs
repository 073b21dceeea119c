//! Watching objects: finds references that were released without being held.
//!
//! A watched object is pinned: it gets so many extra references that a few releases too many do not free it.
//! When the watch ends, its count is compared with the references that can be found: those of containers and of
//! local variables, and the ledger's records.

use std::collections::HashMap;

use super::carried::{self, Before};
use super::edges::{self, Edges};
use super::quiet::loud;
use crate::ledger::alive::is_immortal;
use crate::ledger::misuse::{self, MisuseKind};
use crate::ledger::record::Content;
use crate::ledger::site::is_own;
use crate::ledger::thread::{self, Quiet};
use crate::ledger::watch::{self, Object, Watched};
use crate::ledger::{Kind, Place, Watch, manual, names, raw};
use crate::refs::Python;
use crate::{ffi, refcount};

/// Larger than the count of any object, except one with deferred reference counting on free-threaded builds, whose
/// count has no meaning.
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
    /// The object's address.
    pub object: usize,
    /// Whether the watch before has found references to this object as well, which are still there: as many if the
    /// object was not watched again, more if it was.
    pub confirmed: bool,
}

/// Ends the watch and compares each object's count with the references to it that can be found.
///
/// Releases of references that were not held are added to the [misuses](crate::ledger::misuses), and the
/// missing references are replaced. If all objects were watched, unexplained references are returned: leaks of
/// C code and references that a callee was expected to steal, but also references that C code keeps in its own
/// structures.
///
/// No object is destroyed that something is seen to refer to, whatever its count is.
///
/// Visits all objects that the garbage collector knows.
pub fn finish_watch(py: Python<'_>) -> Vec<Unexplained> {
    py.assert_attached();
    let (what, watched) = watch::end();
    let _quiet = Quiet::begin();
    let mut watched = watched.unwrap_or_default();
    if what == Watch::Given as u8 {
        // These are not pinned, and may belong to what dies with the pins of others.
        for content in watch::kept() {
            let object = Object(content.object);
            watched.entry(object).or_insert_with(|| held(&content));
        }
    }
    let buffers = open_buffers(&mut watched);
    let mut pins: Vec<(Object, isize)> = Vec::with_capacity(watched.len());
    let mut before = Before::default();
    if what == Watch::All as u8 {
        before = Before::take(&mut watched);
    } else {
        pins.extend(carried::end());
        // What was only lent is not looked for: it may die now.
        watched.retain(|object, watched| {
            let lent = match watched.kind {
                Kind::Borrowed => true,
                Kind::RawIncref => watched.raw == 0,
                _ => false,
            };
            if lent {
                pins.push((*object, watched.pins));
            }
            !lent
        });
    }
    let mut unexplained = Vec::new();
    if watched.is_empty() {
        unpin(pins);
        return unexplained;
    }
    let Some(edges) = edges::look(py, watched.keys().copied()) else {
        // Nobody knows what refers to them: they stay alive.
        return unexplained;
    };
    for (object, watched) in watched {
        let mut found = edges.get(&object).copied().unwrap_or_default();
        if let Some(&open) = buffers.get(&object) {
            close_stale(object, open, &mut found, watched.pins);
        }
        let beyond = match is_immortal(object.0) {
            true => 0,
            false => beyond(found, watched.pins),
        };
        if beyond < 0 && watched.kind == Kind::Buffer && watched.pins == 1 {
            pins.push((object, watched.pins)); // It was not touched.
            continue;
        }
        if beyond < 0 {
            let kind = match watched.kind {
                Kind::Adopted => MisuseKind::OwnedFromBorrowed,
                _ => MisuseKind::OverRelease,
            };
            let is_known = watched.kind != Kind::Argument || is_own(watched.taken);
            // The note names the function that took the reference, not the one that runs now.
            let asking = thread::with(|local| local.function.replace(watched.function));
            misuse::note(
                kind,
                object.0,
                names::text(watched.type_name),
                is_known.then_some(watched.taken),
            );
            thread::with(|local| local.function.set(asking));
            match watched.kind {
                Kind::Adopted | Kind::RawDecref => watch::mark_wrong(watched.site),
                Kind::Argument => watch::mark_arguments(),
                _ => {}
            }
        }
        let (kind, taken) = match watched.raw_site {
            // Whoever else took a reference, this one was not released.
            Some(site) if watched.raw > 0 && watched.kind != Kind::Replaced => {
                (Kind::RawIncref, site)
            }
            _ => (watched.kind, watched.taken),
        };
        let left = match may_grow(kind) {
            true if says_nothing(object) => 0,
            true => beyond - found.unsure,
            false if what == Watch::All as u8 => beyond,
            false => 0,
        };
        if left > 0 {
            unexplained.push(Unexplained {
                type_name: names::text(watched.type_name).unwrap_or("object"),
                taken: taken.into(),
                kind,
                given: watched
                    .given
                    .iter()
                    .map(|site| Place::from(*site))
                    .collect(),
                function: names::text(watched.function),
                references: left as usize,
                object: object.0.addr(),
                confirmed: before.confirms(object, left),
            });
        }
        // References of the pin replace the missing ones, which other owners are going to release.
        let mut release = watched.pins + beyond.min(0);
        if left > 0 && what == Watch::All as u8 && before.keep(object, watched, left) {
            release -= 1;
        }
        pins.push((object, release));
    }
    // After the loop, because an object that is destroyed here may hold another watched one.
    unpin(pins);
    unexplained
}

/// A record's object, which is still there and was not pinned, with a reference to it: while others are looked for, other
/// threads may run.
fn held(content: &Content) -> Watched {
    // SAFETY: alive, and no code has run since that was found.
    unsafe { refcount::incref(content.object) }
    Watched {
        pins: 1,
        ..Watched::of(content)
    }
}

/// Whether references of this kind have no record, so that only growth from run to run tells that they leak.
fn may_grow(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RawIncref | Kind::Fetched | Kind::Replaced | Kind::Argument
    )
}

/// Whether C code everywhere counts references to the object: to `None` and the like, and to types.
fn says_nothing(object: Object) -> bool {
    // SAFETY: a live object; the check reads its type.
    manual::is_optional(object.0) || unsafe { ffi::PyType_Check(object.0) } != 0
}

/// How many buffers of each object are open. Objects with new ones are added to what is looked at, as other code may
/// have released the buffers.
fn open_buffers(watched: &mut HashMap<Object, Watched>) -> HashMap<Object, usize> {
    let mut buffers = HashMap::new();
    for open in raw::open() {
        match open.last {
            None => raw::close(open.object, open.count),
            Some(content) => {
                if open.is_new {
                    let entry = watched.entry(open.object);
                    entry.or_insert_with(|| held(&content));
                }
                buffers.insert(open.object, open.count);
            }
        }
    }
    buffers
}

/// Closes the records of buffers that are released: the object has fewer references than would be.
fn close_stale(object: Object, open: usize, found: &mut Edges, pins: isize) {
    let references = found.plain + found.native + found.unsure + found.held;
    let missing = references - (found.count - pins);
    let stale = missing.clamp(0, open as isize);
    raw::close(object, stale as usize);
    found.held -= stale;
}

/// Releases these numbers of references, or takes them where they are negative. Loud, because destructors free memory
/// that was counted.
fn unpin(pins: Vec<(Object, isize)>) {
    loud(|| {
        // First what is missing: a release may destroy what refers to these.
        for (object, references) in &pins {
            for _ in *references..0 {
                // SAFETY: alive, because it was pinned, or something refers to it, and nothing was released since. The missing
                // references are replaced.
                unsafe { refcount::incref(object.0) }
            }
        }
        for (object, references) in pins {
            for _ in 0..references {
                // SAFETY: these references belong to the pin.
                unsafe { refcount::decref(object.0) }
            }
        }
    });
}

/// How many references to a pinned object there are beyond those that were found: negative if some are missing.
fn beyond(found: Edges, pins: isize) -> isize {
    let references = found.count - pins;
    if references > DEFERRED {
        return 0;
    }
    let mut beyond = references - found.plain - found.native - found.held;
    if beyond < 0 {
        // A native field that the object shows to the collector counts twice: as an edge, and as a record.
        beyond = (beyond + found.native.min(found.held)).min(0);
    }
    if references <= 0 && found.any() {
        // Something refers to the object, which has to live on.
        beyond = beyond.min(references - 1);
    }
    beyond
}
