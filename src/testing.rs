//! Tests that fail when references or memory leak. Feature `ledger`.
//!
//! [`assert_no_leaks`] runs a closure a few times and compares what is held after each. What grows every
//! time leaks, and the ledger knows the line; what grows once (a cache that is filled, a module that is
//! imported) does not.

mod faults;

use std::collections::HashMap;
use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::panic::Location;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::ledger::{
    self, Cycle, HeapLeak, Held, Kind, Leak, Misuse, Place, Report, Unexplained, Verdict, Watch,
    harness,
};
use crate::python::{Python, attached_here};
use crate::refs;

pub use faults::{assert_no_leaks_when_allocations_fail, find_leaks_when_allocations_fail};

/// Runs before the counting begins.
const WARM_UP: usize = 2;
/// Runs that are counted: what does not grow in each of them does not leak.
const COUNTED: usize = 3;
/// Runs that a suspect has to grow in besides, so that a cache of so many entries is none.
const CONFIRMING: usize = 20;

/// Runs `f` several times, and panics with a [`Report`] if every run leaves references or memory behind.
///
/// Five runs if nothing is suspicious, twenty more to confirm a suspect. Before each count, the references
/// that detached threads have dropped are released, and the garbage collector runs. What is counted:
///
/// - references that this thread takes, and threads that `f` starts;
/// - Rust allocations by them, if the program's allocator is a
///   [`CountingAllocator`](crate::ledger::CountingAllocator);
/// - the interpreter's blocks of memory, for what nothing else explains;
/// - [misuses](crate::ledger::misuses) of references, in any run.
///
/// Other tests may run meanwhile, on threads of their own; other calls of this function wait. The
/// interpreter is [initialised](Python::initialize) if there is none.
///
/// If the environment variable `PYPTR_CHECKS` names a file, each check appends a line to it: a JSON object
/// with `at`, the caller's line, `text` and `report` (see [`Report::to_json`]). `pytest --cargo` reads it.
///
/// # Panics
/// At the caller's line, with the report, unless the verdict is [`Clean`](Verdict::Clean); and when `f`
/// panics.
///
/// ```should_panic
/// # use pyptr::types::PyString;
/// pyptr::testing::assert_no_leaks(|py| {
///     let text = PyString::new(py, "forgotten").unwrap();
///     std::mem::forget(text);
/// });
/// ```
#[track_caller]
pub fn assert_no_leaks(f: impl FnMut(Python<'_>)) {
    let report = find_leaks(f);
    note(&report, Location::caller());
    if report.verdict != Verdict::Clean {
        panic!("{report}");
    }
}

/// Tells whoever asked for it what a check came to. Who cannot be told sees the panic.
fn note(report: &Report, at: &'static Location<'static>) {
    let Some(path) = env::var_os("PYPTR_CHECKS") else {
        return;
    };
    let line = harness::check_to_json(report, at) + "\n";
    let file = OpenOptions::new().append(true).create(true).open(path);
    // In one piece: processes may share the file.
    let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
}

/// [`assert_no_leaks`] that returns the report.
///
/// # Panics
/// When `f` panics.
pub fn find_leaks(f: impl FnMut(Python<'_>)) -> Report {
    Python::initialize();
    let _turn = Turn::wait();
    let report = harness::quiet(|| Python::attach(|py| Check::new(py, f).run()));
    // The copy is the caller's, and counted as such.
    let copy = report.clone();
    harness::quiet(|| drop(report));
    copy
}

/// One check at a time in a process.
struct Turn;

static BUSY: Mutex<bool> = Mutex::new(false);
static FREE: Condvar = Condvar::new();

impl Turn {
    fn wait() -> Turn {
        if attached_here() {
            // Not with the interpreter held: whoever is busy needs it.
            Python::attach(|py| py.detach(Turn::take));
        } else {
            Turn::take();
        }
        Turn
    }

    fn take() {
        let busy = BUSY.lock().unwrap_or_else(PoisonError::into_inner);
        let mut busy = FREE
            .wait_while(busy, |busy| *busy)
            .unwrap_or_else(PoisonError::into_inner);
        *busy = true;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *BUSY.lock().unwrap_or_else(PoisonError::into_inner) = false;
        FREE.notify_one();
    }
}

/// What is held after a run.
#[derive(Clone)]
struct Reading {
    held: Vec<Held>,
    spots: Spots,
    blocks: isize,
}

/// Where Rust allocations were made, and how many and how many bytes of each spot are not freed.
type Spots = HashMap<Spot, (usize, usize)>;

/// The last call of this crate before an allocation, and the exported function that ran.
type Spot = (Option<Place>, Option<&'static str>);

/// Growth that has been seen in every run so far.
struct Suspects {
    held: HashMap<harness::Key, Held>,
    /// With what they have grown by in all runs.
    spots: Spots,
    blocks: bool,
}

struct Check<'py, F> {
    py: Python<'py>,
    f: F,
    thread: u32,
    threads: u32,
    misuses: usize,
}

impl<'py, F: FnMut(Python<'_>)> Check<'py, F> {
    fn new(py: Python<'py>, f: F) -> Check<'py, F> {
        let (thread, threads) = harness::threads();
        Check {
            py,
            f,
            thread,
            threads,
            misuses: harness::misuse_count(),
        }
    }

    /// Whether this check is about a thread.
    fn concerns(&self, thread: u32) -> bool {
        thread == self.thread || thread > self.threads
    }

    fn run(mut self) -> Report {
        // Not by counting: other tests may free what they have while this one leaks.
        let _tracking = ledger::track_allocations();
        // Reading leaves something behind in the interpreter, until everything is brought to rest again.
        let mut first = self.read();
        for _ in 0..WARM_UP {
            self.once();
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

    /// What one run leaves behind, and then each of some more. The interpreter's own memory is not looked at.
    fn run_once(mut self) -> Report {
        let _tracking = ledger::track_allocations();
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

    /// One run, with everything brought to rest behind it.
    fn once(&mut self) {
        ledger::watch(Watch::Adopted);
        let py = self.py;
        let watch = harness::OnPanic(|| drop(ledger::finish_watch(py)));
        harness::loud(|| (self.f)(self.py));
        watch.disarm();
        ledger::finish_watch(self.py);
        self.settle();
    }

    /// Loud, because what destructors free was counted.
    fn settle(&self) {
        harness::loud(|| {
            refs::drain_releases(self.py);
            harness::collect(self.py);
            refs::drain_releases(self.py);
        });
    }

    fn read(&self) -> Reading {
        Reading {
            held: harness::held_by(self.thread, self.threads),
            spots: self.spots(),
            blocks: harness::allocated_blocks(self.py),
        }
    }

    /// One more run; who did not grow in it is no suspect any more.
    fn next(&mut self, last: Reading, suspects: &mut Suspects, first: bool) -> Reading {
        self.once();
        let now = self.read();
        let grown = harness::growth(&last.held, &now.held);
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
        let grown = harness::growth(first, last).into_iter();
        grown
            .filter(|held| suspects.held.contains_key(&held.key()))
            .map(|held| Leak {
                held,
                per_run: held.count.div_ceil(runs),
            })
            .collect()
    }

    /// Those that are held by native fields of their own objects. Allocations that belong to objects that
    /// leak are no leaks of their own.
    fn cycles(&self, leaks: &[Leak], spots: &mut Spots) -> Vec<Cycle> {
        if leaks.is_empty() {
            return Vec::new();
        }
        let keys: Vec<harness::Key> = leaks.iter().map(|leak| leak.held.key()).collect();
        let fields = harness::fields(self.py, |held| keys.contains(&held.key()));
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

    /// The tracked allocations of the threads that this is about: number and bytes for each spot.
    fn spots(&self) -> Spots {
        let mut spots = HashMap::new();
        for allocation in ledger::tracked_allocations() {
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

    /// Misuses since the check began, each once.
    fn misuses(&self) -> Vec<Misuse> {
        let mut misuses: Vec<Misuse> = Vec::new();
        for misuse in harness::misuses_since(self.misuses) {
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

    /// That there were too many misuses to know those of this check, if so.
    fn unknown_misuses(&self) -> Option<String> {
        harness::misuses_are_full().then(|| {
            String::from("the ledger has noted so many misuses that it keeps no more: those of this check are not known")
        })
    }

    /// Whether the interpreter's memory grows by itself, or by what other threads do.
    fn control_grows(&self) -> bool {
        let mut last = harness::allocated_blocks(self.py);
        (0..COUNTED).all(|_| {
            self.settle();
            let now = harness::allocated_blocks(self.py);
            let grows = now > last;
            last = now;
            grows
        })
    }

    /// One run in which every object is watched.
    fn unexplained(&mut self) -> Vec<Unexplained> {
        ledger::watch(Watch::All);
        let py = self.py;
        let watch = harness::OnPanic(|| drop(ledger::finish_watch(py)));
        harness::loud(|| (self.f)(self.py));
        watch.disarm();
        harness::loud(|| refs::drain_releases(self.py));
        let mut found = ledger::finish_watch(self.py);
        // What leaks was made in this run; what is adopted for a moment was there before.
        found.retain(|found| !found.given.is_empty() || found.kind == Kind::New);
        self.settle();
        found
    }
}

impl Suspects {
    fn is_empty(&self) -> bool {
        self.held.is_empty() && self.spots.is_empty() && !self.blocks
    }
}

/// The spots at which more is allocated than before, with the difference.
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
