//! What is held at one moment, and how it has grown.

use std::collections::HashMap;
use std::ptr::NonNull;

use crate::ffi;
use crate::ledger::record::{self, Content};
use crate::ledger::{Heap, Kind, Place, heap, misuse, names, site};
use crate::refs::Python;

/// References that are held: all were taken on the same line in the same way, to objects of the same type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Held {
    /// The line that took the references.
    pub place: Place,
    /// Whether `place` is exactly that line. If the standard library (such as an iterator adaptor) or this
    /// crate took the reference, `place` is the last call in the user's code before that; if the exported function has
    /// made none, `place` is where the standard library or this crate did it.
    pub exact: bool,
    /// How the references were taken.
    pub kind: Kind,
    /// The name of the objects' type, as it was when the reference was taken.
    pub type_name: &'static str,
    /// The exported function that was running when the last reference was taken.
    pub function: Option<&'static str>,
    /// Where the last reference was handed over to another pointer, such as a [`Shared`](crate::Shared).
    pub handed: Option<Place>,
    /// The number of the thread that took the last reference.
    pub thread: u32,
    /// The sequence number of the last reference on its thread.
    pub sequence: u64,
    /// How many references there are.
    pub count: usize,
}

/// References with the same key are one group in a report.
pub(crate) type Key = (Place, bool, Kind, &'static str);

impl Held {
    pub(super) fn of(content: &Content) -> Held {
        Held {
            place: site::users(content.site, content.near).into(),
            exact: site::is_own(content.site),
            kind: content.kind,
            type_name: names::text(content.type_name).unwrap_or("object"),
            function: names::text(content.function),
            handed: content.handed.map(Place::from),
            thread: content.thread,
            sequence: content.sequence,
            count: 1,
        }
    }

    /// The group with one more reference, `self`; the other fields are those of the later reference.
    pub(super) fn after(self, group: Held) -> Held {
        let count = group.count + 1;
        match (self.thread, self.sequence) >= (group.thread, group.sequence) {
            true => Held { count, ..self },
            false => Held { count, ..group },
        }
    }

    /// The word before the line in a report.
    pub(super) fn preposition(&self) -> &'static str {
        match self.exact {
            true => "at",
            false if site::is_own_file(self.place.file) => "after",
            // The function has no line of the user's that has called this crate before.
            false => "inside",
        }
    }

    pub(crate) fn key(&self) -> Key {
        (self.place, self.exact, self.kind, self.type_name)
    }
}

/// All references that are held now through this crate, except for those that are [never released on
/// purpose](crate::Owned::leak_static). Grouped by line, kind and type, and sorted by these.
pub fn open_records() -> Vec<Held> {
    held(|_| true)
}

/// [`open_records`], only of the records that `of_interest` accepts.
pub(super) fn held(of_interest: impl Fn(&Content) -> bool) -> Vec<Held> {
    let mut groups: HashMap<Key, Held> = HashMap::new();
    record::for_each_open(|content| {
        if content.leaked || !of_interest(&content) {
            return;
        }
        let one = Held::of(&content);
        let group = groups.entry(one.key()).or_insert(Held { count: 0, ..one });
        *group = one.after(*group);
    });
    let mut groups: Vec<Held> = groups.into_values().collect();
    groups.sort_by_key(Held::key);
    groups
}

/// The key of a record's reference, and its object if that still exists and is not under construction.
pub(super) fn find(thread: u32, sequence: u64) -> Option<(Key, Option<NonNull<ffi::PyObject>>)> {
    let mut found = None;
    record::for_each_open(|content| {
        if (content.thread, content.sequence) == (thread, sequence) {
            let is_whole = content.is_there() && !content.building;
            let object = NonNull::new(content.object).filter(|_| is_whole);
            found = Some((Held::of(&content).key(), object));
        }
    });
    found
}

/// The references of a thread, and of all threads whose numbers are greater than `later_than`.
pub(crate) fn held_by(thread: u32, later_than: u32) -> Vec<Held> {
    held(|content| content.thread == thread || content.thread > later_than)
}

/// What is held at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The references, see [`open_records`].
    pub held: Vec<Held>,
    /// The Rust allocations that are not freed.
    pub heap: Heap,
    /// How many memory blocks the interpreter has allocated: `sys.getallocatedblocks()`.
    pub blocks: isize,
    /// How many [misuses](crate::ledger::misuses) there have been.
    pub misuses: usize,
}

impl Snapshot {
    /// The references that are held now and were not in an `earlier` snapshot: groups, with the difference as
    /// count.
    pub fn growth_since(&self, earlier: &Snapshot) -> Vec<Held> {
        growth(&earlier.held, &self.held)
    }
}

/// The groups that are larger in `later`, with the difference as count.
pub(crate) fn growth(earlier: &[Held], later: &[Held]) -> Vec<Held> {
    let before: HashMap<Key, usize> = earlier
        .iter()
        .map(|held| (held.key(), held.count))
        .collect();
    let more = later.iter().filter_map(|held| {
        let before = before.get(&held.key()).copied().unwrap_or(0);
        let count = held.count.checked_sub(before)?;
        (count > 0).then_some(Held { count, ..*held })
    });
    more.collect()
}

/// What is held now.
pub fn snapshot(py: Python<'_>) -> Snapshot {
    py.assert_attached();
    Snapshot {
        held: open_records(),
        heap: heap(),
        blocks: allocated_blocks(py),
        misuses: misuse::count(),
    }
}

/// `sys.getallocatedblocks()`; 0 if the call fails.
pub(crate) fn allocated_blocks(py: Python<'_>) -> isize {
    let ask = || {
        let blocks = py.import(c"sys")?.call_method0(c"getallocatedblocks")?;
        blocks.extract::<isize>()
    };
    ask().unwrap_or(0)
}
