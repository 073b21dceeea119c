//! A check: runs the closure, reads what is held after each run, and finds what grows in all runs.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::audit::{Unexplained, finish_watch};
use super::cycle::{Cycle, fields};
use super::quiet::{OnPanic, loud};
use super::report::{HeapLeak, Leak, Report, Verdict};
use super::rest;
use super::snapshot::{Held, Key, allocated_blocks, growth, held_by};
use crate::interpreter::drain_releases;
use crate::ledger::misuse::{self, Misuse};
use crate::ledger::watch::{forget_wrong, given_count, watch_given_here};
use crate::ledger::{
    Kind, Place, Watch, raw, thread, track_allocations, tracked_allocations, watch,
};
use crate::refs::Python;

/// How many runs there are before the counting begins.
const WARM_UP: usize = 2;
/// How many runs are counted. What does not grow in each of them does not leak.
const COUNTED: usize = 3;
/// In how many more runs a suspect has to grow, so that a cache with up to this many entries is not reported.
const CONFIRMING: usize = 20;

/// What is held after a run.
#[derive(Clone)]
struct Reading {
    held: Vec<Held>,
    spots: Spots,
    blocks: isize,
}

/// For each spot, how many Rust allocations and bytes that were made there are not freed.
type Spots = HashMap<Spot, (usize, usize)>;

/// The line of the last call of this crate before an allocation, and the exported function that was running.
type Spot = (Option<Place>, Option<&'static str>);

/// Growth that has been seen in every run so far.
struct Suspects {
    held: HashMap<Key, Held>,
    /// With the growth in all runs.
    spots: Spots,
    blocks: bool,
}

pub(super) struct Check<'py, F> {
    py: Python<'py>,
    f: F,
    thread: u32,
    threads: u32,
    misuses: usize,
}

impl<'py, F: FnMut(Python<'_>)> Check<'py, F> {
    pub(super) fn new(py: Python<'py>, f: F) -> Check<'py, F> {
        raw::begin();
        forget_wrong();
        let (thread, threads) = (thread::with(|local| local.thread()), thread::threads());
        Check {
            py,
            f,
            thread,
            threads,
            misuses: misuse::count(),
        }
    }

    /// Whether this check counts a thread: its own, and threads that were started since.
    fn concerns(&self, thread: u32) -> bool {
        thread == self.thread || thread > self.threads
    }

    pub(super) fn run(mut self) -> Report {
        // Allocations are tracked, not only counted: other tests may free memory while this one leaks.
        let _tracking = track_allocations();
        // The first readings leave objects behind in the interpreter, until it has been settled once more.
        let mut first = self.read();
        for _ in 0..WARM_UP {
            self.warm_up();
            first = self.read();
        }
        let mut last = first.clone();
        let mut suspects = Suspects {
            held: HashMap::new(),
            spots: HashMap::new(),
            blocks: true,
        };
        for number in 0..COUNTED {
            last = self.next(last, &mut suspects, number == 0);
        }
        let mut runs = COUNTED;
        while runs < COUNTED + CONFIRMING && !suspects.is_empty() {
            last = self.next(last, &mut suspects, false);
            runs += 1;
        }
        let leaks = self.leaks(&first.held, &last.held, &suspects, runs);
        let cycles = self.cycles(&leaks, &mut suspects.spots);
        let heap = heap_leaks(&suspects.spots, runs);
        let mut unexplained = Vec::new();
        let mut notes = Vec::new();
        let misuses = self.misuses();
        let blocks = (last.blocks - first.blocks) / runs as isize;
        if suspects.blocks
            && leaks.is_empty()
            && heap.is_empty()
            && misuses.is_empty()
            && !self.control_grows()
        {
            unexplained = self.unexplained();
            notes.push(format!(
                "the interpreter's memory grows by {blocks} blocks per run, and no open record explains it"
            ));
        }
        notes.extend(self.unknown_misuses());
        let found = !leaks.is_empty() || !heap.is_empty() || !misuses.is_empty();
        let verdict = if found || unexplained.iter().any(|found| !found.given.is_empty()) {
            Verdict::Leak
        } else if notes.is_empty() {
            Verdict::Clean
        } else {
            Verdict::Inconclusive
        };
        Report {
            verdict,
            runs,
            leaks,
            cycles,
            heap,
            misuses,
            unexplained,
            notes,
        }
    }

    /// Finds what one run leaves behind, and then each of some more runs. Ignores the interpreter's memory
    /// blocks.
    pub(super) fn run_once(mut self) -> Report {
        let _tracking = track_allocations();
        let first = self.read();
        let mut suspects = Suspects {
            held: HashMap::new(),
            spots: HashMap::new(),
            blocks: false,
        };
        let mut last = self.next(first.clone(), &mut suspects, true);
        let mut runs = 1;
        while runs <= CONFIRMING && !suspects.is_empty() {
            last = self.next(last, &mut suspects, false);
            runs += 1;
        }
        let leaks = self.leaks(&first.held, &last.held, &suspects, runs);
        let cycles = self.cycles(&leaks, &mut suspects.spots);
        let heap = heap_leaks(&suspects.spots, runs);
        let misuses = self.misuses();
        let notes: Vec<String> = self.unknown_misuses().into_iter().collect();
        let found = !leaks.is_empty() || !heap.is_empty() || !misuses.is_empty();
        Report {
            verdict: match (found, notes.is_empty()) {
                (true, _) => Verdict::Leak,
                (false, true) => Verdict::Clean,
                (false, false) => Verdict::Inconclusive,
            },
            runs,
            leaks,
            cycles,
            heap,
            misuses,
            unexplained: Vec::new(),
            notes,
        }
    }

    /// One run, in which references that are given away are watched, too: before a reference too many has been
    /// released in several runs.
    fn warm_up(&mut self) {
        watch_given_here();
        let done = catch_unwind(AssertUnwindSafe(|| loud(|| (self.f)(self.py))));
        let given = given_count();
        finish_watch(self.py);
        self.settle();
        match done {
            Ok(()) => {}
            Err(payload) if given == 0 => resume_unwind(payload),
            // What is watched has more references, and lives longer: that may be why.
            Err(payload) => {
                drop(payload);
                self.once();
            }
        }
    }

    /// One run, after which the interpreter is settled.
    fn once(&mut self) {
        watch(Watch::Adopted);
        let py = self.py;
        let watch = OnPanic(|| drop(finish_watch(py)));
        loud(|| (self.f)(self.py));
        watch.disarm();
        finish_watch(self.py);
        self.settle();
    }

    /// Loud, because destructors free memory that was counted.
    fn settle(&self) {
        loud(|| {
            drain_releases(self.py);
            rest::settle(self.py);
            drain_releases(self.py);
        });
    }

    fn read(&self) -> Reading {
        Reading {
            held: held_by(self.thread, self.threads),
            spots: self.spots(),
            blocks: allocated_blocks(self.py),
        }
    }

    /// One more run. What did not grow in it is removed from the suspects.
    fn next(&mut self, last: Reading, suspects: &mut Suspects, first: bool) -> Reading {
        self.once();
        let now = self.read();
        let grown = growth(&last.held, &now.held);
        let grown: HashMap<_, _> = grown.into_iter().map(|held| (held.key(), held)).collect();
        match first {
            true => suspects.held = grown,
            false => suspects.held.retain(|key, _| grown.contains_key(key)),
        }
        let grown = grown_spots(&last.spots, &now.spots);
        match first {
            true => suspects.spots = grown,
            false => suspects.spots.retain(|spot, total| match grown.get(spot) {
                Some(more) => {
                    *total = (total.0 + more.0, total.1 + more.1);
                    true
                }
                None => false,
            }),
        }
        suspects.blocks &= now.blocks > last.blocks;
        now
    }

    fn leaks(&self, first: &[Held], last: &[Held], suspects: &Suspects, runs: usize) -> Vec<Leak> {
        let grown = growth(first, last).into_iter();
        grown
            .filter(|held| suspects.held.contains_key(&held.key()))
            .map(|held| Leak {
                held,
                per_run: held.count.div_ceil(runs),
            })
            .collect()
    }

    /// The leaks that native fields of their own objects hold. Allocations that belong to leaking objects are
    /// removed from `spots`.
    fn cycles(&self, leaks: &[Leak], spots: &mut Spots) -> Vec<Cycle> {
        if leaks.is_empty() {
            return Vec::new();
        }
        let keys: Vec<Key> = leaks.iter().map(|leak| leak.held.key()).collect();
        let fields = fields(self.py, |held| keys.contains(&held.key()));
        for allocation in fields.allocations {
            let spot = (allocation.near, allocation.function);
            if let Some((count, bytes)) = spots.get_mut(&spot) {
                *count = count.saturating_sub(1);
                *bytes = bytes.saturating_sub(allocation.size);
            }
        }
        spots.retain(|_, (count, _)| *count > 0);
        fields.cycles
    }

    /// The tracked allocations of the threads that this check counts: number and bytes for each spot.
    fn spots(&self) -> Spots {
        let mut spots = HashMap::new();
        for allocation in tracked_allocations() {
            if self.concerns(allocation.thread) {
                let spot: &mut (usize, usize) = spots
                    .entry((allocation.near, allocation.function))
                    .or_default();
                spot.0 += 1;
                spot.1 += allocation.size;
            }
        }
        spots
    }

    /// The different misuses since the check began.
    fn misuses(&self) -> Vec<Misuse> {
        let mut misuses: Vec<Misuse> = Vec::new();
        for misuse in misuse::since(self.misuses) {
            let known = misuses.iter().any(|known| {
                (known.kind, known.place, known.type_name)
                    == (misuse.kind, misuse.place, misuse.type_name)
            });
            if self.concerns(misuse.thread) && !known {
                misuses.push(misuse);
            }
        }
        misuses
    }

    /// A note, if there were too many misuses to know those of this check.
    fn unknown_misuses(&self) -> Option<String> {
        misuse::are_full().then(|| {
            String::from("the ledger is full of misuses, and it keeps no more: those of this check are not known")
        })
    }

    /// Whether the interpreter's memory grows without a run as well: from the readings, or from other threads.
    fn control_grows(&self) -> bool {
        let mut last = allocated_blocks(self.py);
        (0..COUNTED).all(|_| {
            self.settle();
            let now = allocated_blocks(self.py);
            let grows = now > last;
            last = now;
            grows
        })
    }

    /// Two runs in which every object is watched.
    fn unexplained(&mut self) -> Vec<Unexplained> {
        self.watched_run();
        let mut found = self.watched_run();
        // A leaking object is new in this run, or was given away; others are adopted only for a moment.
        found.retain(|found| {
            let by_hand = matches!(found.kind, Kind::Fetched | Kind::Replaced | Kind::RawIncref);
            found.confirmed && (!found.given.is_empty() || found.kind == Kind::New || by_hand)
        });
        // Ends what the watches have kept.
        self.once();
        found
    }

    fn watched_run(&mut self) -> Vec<Unexplained> {
        watch(Watch::All);
        let py = self.py;
        let watch = OnPanic(|| drop(finish_watch(py)));
        loud(|| (self.f)(self.py));
        watch.disarm();
        loud(|| drain_releases(self.py));
        let found = finish_watch(self.py);
        self.settle();
        found
    }
}

impl Suspects {
    fn is_empty(&self) -> bool {
        self.held.is_empty() && self.spots.is_empty() && !self.blocks
    }
}

/// The spots that have more allocations than before, with the difference.
fn grown_spots(before: &Spots, after: &Spots) -> Spots {
    let grown = after.iter().filter_map(|(spot, &(count, bytes))| {
        let (count_before, bytes_before) = before.get(spot).copied().unwrap_or_default();
        let more = count.checked_sub(count_before).filter(|more| *more > 0)?;
        Some((*spot, (more, bytes.saturating_sub(bytes_before))))
    });
    grown.collect()
}

fn heap_leaks(spots: &Spots, runs: usize) -> Vec<HeapLeak> {
    let leaks = spots
        .iter()
        .map(|(&(near, function), &(count, bytes))| HeapLeak {
            near,
            function,
            per_run: count.div_ceil(runs),
            bytes_per_run: bytes.div_ceil(runs),
        });
    let mut leaks: Vec<HeapLeak> = leaks.collect();
    leaks.sort_by_key(|leak| (leak.near, leak.function));
    leaks
}
