//! The graph of objects and Rust allocations that can be reached from some objects.
//!
//! If an edge is not found, because some memory is not searched, the reference counts as one from outside the
//! graph: its target is then not taken for garbage. So whatever is left out can hide a finding, but cannot
//! cause a wrong one. Blocks that are not tracked are the exception, see `find`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::{c_int, c_void};
use std::ptr;

use super::blocks::{self, Block, Blocks};
use super::found::Through;
use super::native::{Memory, is_running, memory_of};
use crate::ledger::alive::looks_alive;
use crate::ledger::heap::{Allocation, Tracked};
use crate::ledger::record::{self, Content};
use crate::ledger::{manual, names};
use crate::{ffi, refcount};

/// How many nodes are expanded at the most.
const MOST: usize = 300_000;
/// How many words of a block are read at the most.
const MOST_WORDS: usize = 1 << 17;
/// How often the graph is made without the blocks that are left out, before it is made without any.
const MOST_TRIES: usize = 10;

/// What identifies a reference: its thread and sequence number.
type Identity = (u32, u64);

fn identity(content: &Content) -> Identity {
    (content.thread, content.sequence)
}

#[derive(Clone, Copy)]
enum What {
    Object(*mut ffi::PyObject),
    /// A Rust allocation, by its index among the tracked ones.
    Allocation(usize),
    /// A block of memory that is not tracked.
    Block(Block),
}

struct Node {
    what: What,
    /// The object itself, or the object that the allocation was reached from.
    owner: usize,
    /// The block that it is, or that it was reached through.
    block: Option<usize>,
    /// The number of references from other nodes.
    counted: isize,
    edges: Vec<usize>,
}

/// Where the reference of a record is.
#[derive(Clone, Copy)]
pub(super) struct Source {
    /// The object whose field holds the reference, directly or through allocations.
    pub(super) owner: usize,
    /// The block in which the reference was found, or which led there.
    pub(super) block: Option<usize>,
    /// Whether the object shows the reference to the collector.
    visited: bool,
}

pub(super) struct Graph<'a> {
    memory: &'a Tracked,
    records: HashMap<*mut ffi::PyObject, Vec<Content>>,
    numbers: HashMap<usize, usize>,
    nodes: Vec<Node>,
    sources: HashMap<Identity, Source>,
    /// How often an object shows another one to the collector, minus the references found in its memory.
    visits: HashMap<(usize, usize), usize>,
    blocks: Blocks,
    /// Blocks that are not read, because what was found in them is in doubt.
    left_out: HashSet<usize>,
    /// Whether blocks that are not tracked are read.
    reads_blocks: bool,
    /// How often the graph was made.
    tries: usize,
}

impl<'a> Graph<'a> {
    pub(super) fn new(memory: &'a Tracked, reads_blocks: bool) -> Graph<'a> {
        let mut records: HashMap<_, Vec<Content>> = HashMap::new();
        record::for_each_open(|content| {
            if content.is_there() {
                records.entry(content.object).or_default().push(content);
            }
        });
        Graph {
            memory,
            records,
            numbers: HashMap::new(),
            nodes: Vec::new(),
            sources: HashMap::new(),
            visits: HashMap::new(),
            blocks: Blocks::default(),
            left_out: HashSet::new(),
            reads_blocks,
            tries: 0,
        }
    }

    /// All open records, except for references that are never released on purpose.
    pub(super) fn records(&self) -> impl Iterator<Item = Content> {
        let all = self.records.values().flatten().copied();
        all.filter(|content| !content.leaked)
    }

    /// Makes the graph of the objects of some records, and of everything that can be reached from them.
    pub(super) fn grow(&mut self, from: &[Content]) {
        self.tries += 1;
        self.reads_blocks &= self.tries < MOST_TRIES;
        self.numbers.clear();
        self.nodes.clear();
        self.sources.clear();
        self.visits.clear();
        for content in from {
            self.object(content.object);
        }
        let mut next = 0;
        while next < self.nodes.len().min(MOST) {
            match self.nodes[next].what {
                What::Object(object) => self.expand(next, object),
                What::Allocation(number) => {
                    let (start, size) = self.memory.place(number);
                    // SAFETY: tracked allocations are not freed before the graph is dropped.
                    self.read(next, unsafe { Memory::new(start, size) });
                }
                What::Block(block) => {
                    let words = (block.size / size_of::<usize>()).min(MOST_WORDS);
                    let copy = blocks::copy(block.start, words);
                    let start = copy.as_ptr().expose_provenance();
                    // SAFETY: the copy lives until the end of the scope.
                    self.read(next, unsafe { Memory::new(start, size_of_val(&copy[..])) });
                }
            }
            next += 1;
        }
    }

    /// Does not read a block from the next `grow` on.
    pub(super) fn leave_out(&mut self, block: usize) {
        self.left_out.insert(block);
    }

    /// The node for an address, which was reached from another node if it is no object.
    fn add(&mut self, address: usize, what: What, from: Option<usize>) -> usize {
        let number = self.nodes.len();
        let nodes = &mut self.nodes;
        *self.numbers.entry(address).or_insert_with(|| {
            let block = match what {
                What::Block(block) => Some(block.start),
                _ => from.and_then(|from| nodes[from].block),
            };
            nodes.push(Node {
                what,
                owner: from.map_or(number, |from| nodes[from].owner),
                block,
                counted: 0,
                edges: Vec::new(),
            });
            number
        })
    }

    fn object(&mut self, object: *mut ffi::PyObject) -> usize {
        self.add(object.expose_provenance(), What::Object(object), None)
    }

    fn expand(&mut self, node: usize, object: *mut ffi::PyObject) {
        let mut children: Vec<*mut ffi::PyObject> = Vec::new();
        // SAFETY: the object was reached from a live object, and no code has run since that could free it.
        unsafe { traverse(object, &mut children) };
        // SAFETY: as above.
        let memory = unsafe { memory_of(object) };
        for child in children {
            if !looks_alive(child) {
                continue; // It was released too often.
            }
            let child = self.object(child);
            self.nodes[child].counted += 1;
            self.nodes[node].edges.push(child);
            if memory.is_some() {
                *self.visits.entry((node, child)).or_default() += 1;
            }
        }
        if let Some(memory) = memory {
            self.read(node, memory);
        }
    }

    /// Searches the memory of a node for references and for pointers to allocations.
    fn read(&mut self, node: usize, memory: Memory) {
        for (index, word) in memory.words() {
            let object = ptr::with_exposed_provenance_mut(word);
            if self.records.contains_key(&object) {
                self.reference(node, object, memory, index);
            } else if let Some(number) = self.memory.containing(word) {
                let (start, _) = self.memory.place(number);
                let allocation = self.add(start, What::Allocation(number), Some(node));
                self.nodes[node].edges.push(allocation);
            } else if self.reads_blocks {
                self.block(node, word);
            }
        }
    }

    /// Handles a pointer to what is neither an object with records nor a tracked allocation.
    fn block(&mut self, node: usize, word: usize) {
        let known = self.numbers.get(&word).map(|&node| self.nodes[node].what);
        if let Some(What::Object(_)) = known {
            return;
        }
        let Some(block) = self.blocks.containing(word) else {
            return;
        };
        if self.left_out.contains(&block.start) {
            return;
        }
        // Where several objects lead to it, such as a registry, the first one counts as its owner.
        let number = self.add(block.start, What::Block(block), Some(node));
        self.nodes[node].edges.push(number);
    }

    /// Handles a pointer to an object with records. It is a reference if a token stands beside it, or if some
    /// of the object's references are counted by hand.
    fn reference(&mut self, node: usize, object: *mut ffi::PyObject, memory: Memory, index: usize) {
        let by_token = memory
            .tokens(index)
            .filter_map(|token| token.content())
            .find(|content| content.object == object);
        let content = by_token.or_else(|| {
            let mut by_hand = manual::held(object).into_iter();
            by_hand.find(|content| !self.sources.contains_key(&identity(content)))
        });
        let Some(content) = content else { return };
        if self.sources.contains_key(&identity(&content)) {
            return;
        }
        let owner = self.nodes[node].owner;
        let target = self.object(object);
        let visited = match self.visits.get_mut(&(owner, target)) {
            Some(visits) if *visits > 0 => {
                *visits -= 1;
                true
            }
            _ => {
                self.nodes[target].counted += 1;
                self.nodes[node].edges.push(target);
                false
            }
        };
        let source = Source {
            owner,
            block: self.nodes[node].block,
            visited,
        };
        self.sources.insert(identity(&content), source);
    }

    /// Which nodes are kept alive only by other nodes that are garbage as well.
    pub(super) fn garbage(&self) -> Vec<bool> {
        let mut garbage = vec![true; self.nodes.len()];
        let mut alive: Vec<usize> = Vec::new();
        for (number, node) in self.nodes.iter().enumerate() {
            if let What::Object(object) = node.what {
                // SAFETY: the object is alive, because no code has run since it was found.
                let count = unsafe { refcount::refcount(object) };
                if count > node.counted {
                    alive.push(number);
                }
            }
        }
        while let Some(number) = alive.pop() {
            if std::mem::replace(&mut garbage[number], false) {
                alive.extend(&self.nodes[number].edges);
            }
        }
        garbage
    }

    pub(super) fn source(&self, content: &Content) -> Option<Source> {
        self.sources.get(&identity(content)).copied()
    }

    pub(super) fn node(&self, object: *mut ffi::PyObject) -> Option<usize> {
        self.numbers.get(&object.addr()).copied()
    }

    pub(super) fn is(&self, node: usize, object: *mut ffi::PyObject) -> bool {
        matches!(self.nodes[node].what, What::Object(other) if other == object)
    }

    /// The objects on the shortest way between two objects, both included, only through nodes in `within`.
    pub(super) fn way(&self, from: usize, to: usize, within: &[bool]) -> Option<Vec<usize>> {
        let mut came_from: HashMap<usize, usize> = HashMap::from([(from, from)]);
        let mut queue = VecDeque::from([from]);
        while let Some(number) = queue.pop_front() {
            if number == to {
                let mut way = vec![to];
                let mut at = to;
                while at != from {
                    at = came_from[&at];
                    if let What::Object(_) = self.nodes[at].what {
                        way.push(at);
                    }
                }
                way.reverse();
                return Some(way);
            }
            for &next in &self.nodes[number].edges {
                if within[next] && !came_from.contains_key(&next) {
                    came_from.insert(next, number);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    pub(super) fn type_name(&self, node: usize) -> &'static str {
        let What::Object(object) = self.nodes[self.nodes[node].owner].what else {
            return "allocation";
        };
        let name = names::of(object);
        names::text(name).unwrap_or("object")
    }

    pub(super) fn through(&self, source: Source) -> Through {
        let What::Object(owner) = self.nodes[source.owner].what else {
            return Through::NotVisited;
        };
        if source.visited {
            return Through::NotCleared;
        }
        // SAFETY: a live object; the checks read its type.
        if unsafe { ffi::PyCapsule_CheckExact(owner) } != 0 {
            return Through::Capsule;
        }
        // SAFETY: as above.
        if unsafe { ffi::PyModule_Check(owner) } != 0 {
            return Through::Module;
        }
        // SAFETY: as above.
        match unsafe { ffi::PyObject_IS_GC(owner) } {
            0 => Through::NotCollected,
            _ => Through::NotVisited,
        }
    }

    /// The allocations of some objects.
    pub(super) fn allocations(
        &self,
        of: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = Allocation> {
        self.nodes.iter().filter_map(move |node| match node.what {
            What::Allocation(number) if of(node.owner) => Some(self.memory.allocation(number)),
            _ => None,
        })
    }

    /// The names of the types of some objects.
    pub(super) fn types(&self, of: impl Fn(usize) -> bool) -> Vec<&'static str> {
        let objects = (0..self.nodes.len())
            .filter(|&node| matches!(self.nodes[node].what, What::Object(_)) && of(node));
        let names: HashSet<&str> = objects.map(|node| self.type_name(node)).collect();
        names.into_iter().collect()
    }
}

/// The objects that an object shows to the collector.
///
/// # Safety
/// The object is alive, and the thread attached.
unsafe fn traverse(object: *mut ffi::PyObject, children: &mut Vec<*mut ffi::PyObject>) {
    // SAFETY: a live object.
    if is_running(object) || unsafe { ffi::PyObject_IS_GC(object) } == 0 {
        return;
    }
    // SAFETY: a live object, whose type it keeps alive.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: as above.
    if let Some(traverse) = unsafe { (*kind).tp_traverse } {
        // SAFETY: a live object that takes part in collections; `visit` only stores its argument.
        unsafe { traverse(object, visit, ptr::from_mut(children).cast()) };
    }
}

unsafe extern "C" fn visit(object: *mut ffi::PyObject, children: *mut c_void) -> c_int {
    // SAFETY: the `Vec` that `traverse` passes, and does not use itself during the call.
    let children = unsafe { &mut *children.cast::<Vec<*mut ffi::PyObject>>() };
    if !object.is_null() {
        children.push(object);
    }
    0
}
