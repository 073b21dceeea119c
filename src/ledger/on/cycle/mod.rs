//! Uncollectable cycles: objects that nothing but references in their own native fields keep alive.
//!
//! The collector sees what `tp_traverse` shows it. A reference that a Rust value holds behind a capsule, in
//! module state, or in an instance whose type does not visit it, is hidden: to the collector it comes from
//! outside, and a cycle through it lives for ever. Here the collector's own computation is made once more,
//! with the native fields as edges: a pointer beside an open record's token, in the memory of an object or in a Rust
//! allocation that it leads to, is that reference. What becomes garbage then, and is still there after a
//! collection, is a cycle that the collector cannot free.

mod graph;
pub(super) mod native;

use std::collections::HashMap;
use std::fmt;

use super::heap::{self, Allocation};
use super::json::{self, Json};
use super::local::Quiet;
use super::record::Content;
use super::snapshot::Key;
use super::{Held, audit, in_function};
#[cfg(all(Py_GIL_DISABLED, not(windows)))]
use crate::ffi;
use crate::python::Python;
use graph::Graph;

/// Why the collector does not free a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Through {
    /// The reference is held by what a capsule points to, where the collector does not look.
    Capsule,
    /// It is held by a module's state, and the module does not show it to the collector.
    Module,
    /// The type of the object that holds it takes no part in collections: it is without
    /// `Py_TPFLAGS_HAVE_GC`.
    NotCollected,
    /// The type of the object that holds it has a `tp_traverse` that does not visit it.
    NotVisited,
    /// The type visits it, but its `tp_clear` does not release it, or there is none.
    NotCleared,
}

impl Through {
    /// What the likely mistake is.
    pub const fn hint(self) -> &'static str {
        match self {
            Through::Capsule => {
                "the collector does not look into a capsule: hold a weak reference there, or break the cycle by hand"
            }
            Through::Module => {
                "the collector does not look into this module's state: break the cycle by hand"
            }
            Through::NotCollected => {
                "the type is without `Py_TPFLAGS_HAVE_GC`: with it, it needs a `tp_traverse` that visits the \
                 field and a `tp_clear` that releases it"
            }
            Through::NotVisited => {
                "the type's `tp_traverse` does not visit the field, and its type object"
            }
            Through::NotCleared => {
                "the type's `tp_clear` does not release the field, or is missing"
            }
        }
    }

    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Through::Capsule => "capsule",
            Through::Module => "module",
            Through::NotCollected => "not_collected",
            Through::NotVisited => "not_visited",
            Through::NotCleared => "not_cleared",
        }
    }
}

/// References in native fields that keep their own objects alive, for ever: all taken on the same line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cycle {
    /// The references.
    pub held: Held,
    /// Why the collector does not free it.
    pub through: Through,
    /// The name of the type of the object that has the native field.
    pub owner: &'static str,
    /// The names of the types on the way from the object to the one with the native field.
    pub path: Vec<&'static str>,
}

impl Cycle {
    /// What the likely mistake is.
    pub fn hint(&self) -> &'static str {
        self.through.hint()
    }

    /// `uncollectable cycle through a native field of Node (list -> Node -> list)`
    pub(super) fn what(&self) -> String {
        let path = self.path.join(" -> ");
        let of = match self.through {
            Through::Capsule => String::from("a capsule"),
            Through::Module => format!("the state of a {}", self.owner),
            Through::NotCleared => format!("a field of {}", self.owner),
            _ => format!("a native field of {}", self.owner),
        };
        format!(
            "uncollectable cycle through {of} ({path} -> {})",
            self.held.type_name
        )
    }

    /// The finding as a JSON object.
    pub fn to_json(&self) -> String {
        Json::object(|json| {
            json.raw("references", self.held.to_json());
            json.text("through", Some(self.through.name()));
            json.text("owner", Some(self.owner));
            json.array("path", self.path.iter().copied().map(json::of_text));
            json.text("what", Some(&self.what()));
            json.text("text", Some(&self.to_string()));
            json.text("hint", Some(self.hint()));
        })
    }
}

/// `uncollectable cycle through a native field of Node (list -> Node -> list), whose reference to list was
/// taken at src/lib.rs:41:18 (new_ref) in link()`
impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, at) = (&self.held, if self.held.exact { "at" } else { "after" });
        let (place, kind) = (held.place, held.kind.name());
        write!(f, "{}, whose reference to {}", self.what(), held.type_name)?;
        write!(f, " was taken {at} {place} ({kind})")?;
        in_function(f, held.function)
    }
}

/// What open records have to do with native fields.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) cycles: Vec<Cycle>,
    /// References in native fields of objects that leak themselves, with the names of their types.
    pub(crate) kept: Vec<(Held, &'static str)>,
    /// Rust allocations that belong to objects that leak.
    pub(crate) allocations: Vec<Allocation>,
    /// The names of the types of objects that leak.
    pub(crate) types: Vec<&'static str>,
}

/// All objects that only references in their own native fields keep alive, after a collection.
///
/// What is found is what this crate's pointers hold: a token in the memory of an object, or in a Rust
/// allocation that can be reached from it. Those that are [tracked](super::track_allocations) can be.
///
/// Walks over the objects that can be reached from those with open records. On free-threaded builds the
/// other threads are stopped meanwhile, and what has a deferred count, as modules have, is taken for
/// alive; on Windows nothing is looked for there.
pub fn cycles(py: Python<'_>) -> Vec<Cycle> {
    py.assert_attached();
    audit::collect(py);
    let _quiet = Quiet::begin();
    fields(py, |_| true).cycles
}

/// Looks for the references of some open records in native fields. Does not collect before.
pub(crate) fn fields(py: Python<'_>, of_interest: impl Fn(&Held) -> bool) -> Fields {
    py.assert_attached();
    let _quiet = Quiet::begin();
    let Some(_stopped) = Stopped::new(py) else {
        return Fields::default();
    };
    heap::with_tracked(|memory| {
        let mut graph = Graph::new(memory);
        let all = graph.records();
        let suspects: Vec<Content> = all.filter(|one| of_interest(&Held::of(one))).collect();
        graph.grow(&suspects);
        evaluate(&graph, &suspects)
    })
}

fn evaluate(graph: &Graph<'_>, suspects: &[Content]) -> Fields {
    let garbage = graph.garbage();
    let leaks = |node: usize| {
        garbage[node]
            || suspects
                .iter()
                .any(|content| graph.is(node, content.object))
    };
    let mut cycles: HashMap<Key, Cycle> = HashMap::new();
    let mut kept: HashMap<Key, (Held, &'static str)> = HashMap::new();
    for content in suspects {
        let (Some(found), Some(node)) = (graph.source(content), graph.node(content.object)) else {
            continue;
        };
        let one = Held::of(content);
        let way = match garbage[node] {
            true => graph.way(node, found.owner, &garbage),
            false => None,
        };
        if let Some(way) = way {
            let cycle = cycles.entry(one.key()).or_insert_with(|| Cycle {
                held: Held { count: 0, ..one },
                through: graph.through(found),
                owner: graph.type_name(found.owner),
                path: way.into_iter().map(|node| graph.type_name(node)).collect(),
            });
            cycle.held = one.after(cycle.held);
        } else if leaks(found.owner) {
            let (held, _) = kept
                .entry(one.key())
                .or_insert_with(|| (Held { count: 0, ..one }, graph.type_name(found.owner)));
            *held = one.after(*held);
        }
    }
    let mut fields = Fields {
        cycles: cycles.into_values().collect(),
        kept: kept.into_values().collect(),
        allocations: graph.allocations(leaks).collect(),
        types: graph.types(leaks),
    };
    fields.cycles.sort_by_key(|cycle| cycle.held.key());
    fields.kept.sort_by_key(|(held, _)| held.key());
    fields
}

/// While it lives, no other thread runs Python code: what the graph is made of stays as it is.
struct Stopped;

impl Stopped {
    /// With a GIL the token is enough.
    #[cfg(not(Py_GIL_DISABLED))]
    fn new(_py: Python<'_>) -> Option<Stopped> {
        Some(Stopped)
    }

    #[cfg(all(Py_GIL_DISABLED, not(windows)))]
    fn new(_py: Python<'_>) -> Option<Stopped> {
        // SAFETY: attached, as the token says, so that there is an interpreter.
        let interpreter = unsafe { ffi::PyInterpreterState_Get() };
        // SAFETY: attached; until the world starts again nothing is called that waits for other threads:
        // they hold no lock of this crate where they can be stopped.
        unsafe { ffi::_PyEval_StopTheWorld(interpreter) }
        Some(Stopped)
    }

    #[cfg(all(Py_GIL_DISABLED, windows))]
    fn new(_py: Python<'_>) -> Option<Stopped> {
        None
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        #[cfg(all(Py_GIL_DISABLED, not(windows)))]
        {
            // SAFETY: attached still.
            let interpreter = unsafe { ffi::PyInterpreterState_Get() };
            // SAFETY: stopped by `new` on this thread.
            unsafe { ffi::_PyEval_StartTheWorld(interpreter) }
        }
    }
}
