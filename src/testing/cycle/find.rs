//! Finding uncollectable cycles.

use std::collections::HashMap;

use super::found::Cycle;
use super::graph::Graph;
use crate::ledger::heap::{self, Allocation};
use crate::ledger::record::Content;
use crate::ledger::thread::Quiet;
use crate::refs::Python;
use crate::testing::rest;
use crate::testing::snapshot::{Held, Key};
use crate::testing::stopped::Stopped;

/// What was found about open records in native fields.
#[derive(Default)]
pub(in crate::testing) struct Fields {
    pub(in crate::testing) cycles: Vec<Cycle>,
    /// References in native fields of objects that themselves leak, with the names of these objects' types.
    pub(in crate::testing) kept: Vec<(Held, &'static str)>,
    /// Rust allocations that belong to objects that leak.
    pub(in crate::testing) allocations: Vec<Allocation>,
    /// The names of the types of objects that leak.
    pub(in crate::testing) types: Vec<&'static str>,
}

/// Collects garbage, and then returns the references that keep their own objects alive from native fields.
///
/// A reference is found if a pointer of this crate holds it: a token in the memory of an object, or in a Rust
/// allocation that can be reached from an object. Only [tracked](crate::ledger::track_allocations) allocations
/// can be reached.
///
/// Visits the objects that can be reached from those with open records. On free-threaded builds other threads
/// are stopped meanwhile, and objects with deferred reference counting, such as modules, are taken for alive.
pub fn cycles(py: Python<'_>) -> Vec<Cycle> {
    py.assert_attached();
    rest::collect(py);
    let _quiet = Quiet::begin();
    fields(py, |_| true).cycles
}

/// Looks for the references of some open records in native fields, without a collection before.
pub(in crate::testing) fn fields(py: Python<'_>, of_interest: impl Fn(&Held) -> bool) -> Fields {
    py.assert_attached();
    let _quiet = Quiet::begin();
    let _stopped = Stopped::new(py);
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
