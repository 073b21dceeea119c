//! Finding uncollectable cycles.

use std::collections::{HashMap, HashSet};

use super::found::Cycle;
use super::graph::{Graph, Source};
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
    search(py, false, |_| true).cycles
}

/// Looks for the references of some open records in native fields, without a collection before: what several runs of
/// the same code have left behind, so that untracked memory can be read as well.
pub(in crate::testing) fn fields(py: Python<'_>, of_interest: impl Fn(&Held) -> bool) -> Fields {
    search(py, true, of_interest)
}

fn search(py: Python<'_>, reads_blocks: bool, of_interest: impl Fn(&Held) -> bool) -> Fields {
    py.assert_attached();
    let _quiet = Quiet::begin();
    let _stopped = Stopped::new(py);
    heap::with_tracked(|memory| {
        let mut graph = Graph::new(memory, reads_blocks);
        let all = graph.records();
        let suspects: Vec<Content> = all.filter(|one| of_interest(&Held::of(one))).collect();
        loop {
            graph.grow(&suspects);
            let found = evaluate(&graph, &suspects);
            let doubtful = doubtful_blocks(&found, &suspects);
            if doubtful.is_empty() {
                return summary(&graph, &suspects, found);
            }
            for block in doubtful {
                graph.leave_out(block);
            }
        }
    })
}

/// The reference of an open record that was found in a native field of garbage, or of what leaks.
struct Found {
    held: Held,
    source: Source,
    /// The nodes from the object to the one that has the field, if they are garbage.
    way: Option<Vec<usize>>,
}

fn evaluate(graph: &Graph<'_>, suspects: &[Content]) -> Vec<Found> {
    let garbage = graph.garbage();
    let found = suspects.iter().filter_map(|content| {
        let source = graph.source(content)?;
        let node = graph.node(content.object)?;
        let way = match garbage[node] {
            true => graph.way(node, source.owner, &garbage),
            false => None,
        };
        let is_of_interest = way.is_some() || leaks(graph, suspects, &garbage, source.owner);
        is_of_interest.then(|| Found {
            held: Held::of(content),
            source,
            way,
        })
    });
    found.collect()
}

fn leaks(graph: &Graph<'_>, suspects: &[Content], garbage: &[bool], node: usize) -> bool {
    let mut objects = suspects.iter().map(|content| content.object);
    garbage[node] || objects.any(|object| graph.is(node, object))
}

/// In how many objects references of the same line have to be, at the least, if they are in untracked blocks.
const OWNERS: usize = 3;

/// The untracked blocks in which too few references were found.
///
/// A block is larger than what is in it, and the rest can have pointers to memory that is somebody else's by now. Such
/// accidents do not happen in each run. So of the references that were taken on one line, more than half have to be in
/// such blocks, in several objects.
fn doubtful_blocks(found: &[Found], suspects: &[Content]) -> HashSet<usize> {
    let mut by_key: HashMap<Key, Vec<&Source>> = HashMap::new();
    for one in found {
        if one.source.block.is_some() {
            by_key.entry(one.held.key()).or_default().push(&one.source);
        }
    }
    let mut doubtful = HashSet::new();
    for (key, sources) in by_key {
        let all = suspects.iter().filter(|one| Held::of(one).key() == key);
        let owners: HashSet<usize> = sources.iter().map(|source| source.owner).collect();
        if owners.len() < OWNERS || 2 * sources.len() <= all.count() {
            doubtful.extend(sources.iter().filter_map(|source| source.block));
        }
    }
    doubtful
}

fn summary(graph: &Graph<'_>, suspects: &[Content], found: Vec<Found>) -> Fields {
    let garbage = graph.garbage();
    let mut cycles: HashMap<Key, Cycle> = HashMap::new();
    let mut kept: HashMap<Key, (Held, &'static str)> = HashMap::new();
    for Found { held, source, way } in found {
        if let Some(way) = way {
            let cycle = cycles.entry(held.key()).or_insert_with(|| Cycle {
                held: Held { count: 0, ..held },
                through: graph.through(source),
                owner: graph.type_name(source.owner),
                path: way.into_iter().map(|node| graph.type_name(node)).collect(),
            });
            cycle.held = held.after(cycle.held);
        } else {
            let owner = || graph.type_name(source.owner);
            let (group, _) = kept
                .entry(held.key())
                .or_insert_with(|| (Held { count: 0, ..held }, owner()));
            *group = held.after(*group);
        }
    }
    let leaks = |node: usize| leaks(graph, suspects, &garbage, node);
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
