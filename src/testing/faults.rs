//! Tests in which each allocation fails once.

use std::collections::HashSet;
use std::panic::Location;

use super::asserts::note;
use super::check::Check;
use super::cycle::Cycle;
use super::quiet::{OnPanic, loud, quiet};
use super::report::{HeapLeak, Leak, Report, Verdict};
use super::turn::Turn;
use crate::error::{PyErr, PyResult};
use crate::ledger::{Misuse, fail_alloc};
use crate::refs::Python;

/// How many allocations are made to fail at the most.
const MOST: usize = 1000;

/// Runs `f` while its first allocation fails, then while its second one fails, and so on, until no allocation
/// of `f` fails. Panics with a [`Report`] if an error path leaves references or Rust memory behind.
///
/// The allocations that fail are the interpreter's on this thread: those of objects and of their contents. A
/// failure is a `MemoryError`; `f` has to return it with `?` and not unwrap it. What a failure leaves behind is
/// a leak if each of up to twenty more runs leaves it behind as well. A wrong error path may crash, which ends
/// the process: in pytest, `--refs-faults` does the same in a child process, and survives.
///
/// The line for `PYPTR_CHECKS` is written as by [`assert_no_leaks`](super::assert_no_leaks).
///
/// At most a thousand allocations fail. If `f` makes more, the verdict is
/// [`Inconclusive`](Verdict::Inconclusive), as on free-threaded builds, where no allocation can be made to
/// fail.
///
/// # Panics
/// At the caller's line, with the report, unless the verdict is [`Clean`](Verdict::Clean). Also if `f` panics,
/// or returns an error although no allocation fails.
///
/// ```
/// # use pyptr::types::{PyList, PyString};
/// # #[cfg(not(Py_GIL_DISABLED))]
/// pyptr::testing::assert_no_leaks_when_allocations_fail(|py| {
///     let list = PyList::empty(py)?;
///     list.append_owned(PyString::new(py, "released on all ways out")?.into_any())
/// });
/// ```
#[inline]
#[track_caller]
pub fn assert_no_leaks_when_allocations_fail(
    f: impl for<'py> FnMut(Python<'py>) -> PyResult<'py, ()>,
) {
    let report = find_leaks_when_allocations_fail(f);
    note(&report, Location::caller());
    if report.verdict != Verdict::Clean {
        panic!("{report}");
    }
}

/// Like [`assert_no_leaks_when_allocations_fail`], but returns the report, in which a note says which
/// allocations left something behind.
///
/// # Panics
/// If `f` panics, or returns an error although no allocation fails.
#[track_caller]
pub fn find_leaks_when_allocations_fail(
    mut f: impl for<'py> FnMut(Python<'py>) -> PyResult<'py, ()>,
) -> Report {
    Python::initialize();
    let _turn = Turn::wait();
    let report = quiet(|| {
        Python::attach(|py| {
            loud(|| {
                if let Err(raised) = f(py) {
                    panic!(
                        "the closure fails although no allocation does: {}",
                        PyErr::from(raised)
                    );
                }
            });
            drive(py, f)
        })
    });
    // The copy belongs to the caller, and its allocations are counted as the caller's.
    let copy = report.clone();
    quiet(|| drop(report));
    copy
}

fn drive(py: Python<'_>, mut f: impl for<'py> FnMut(Python<'py>) -> PyResult<'py, ()>) -> Report {
    let mut report = Report {
        verdict: Verdict::Clean,
        runs: 0,
        leaks: Vec::new(),
        cycles: Vec::new(),
        heap: Vec::new(),
        misuses: Vec::new(),
        unexplained: Vec::new(),
        notes: Vec::new(),
    };
    if let Some(reason) = fail_alloc::UNAVAILABLE {
        report.notes.push(reason.to_owned());
        report.verdict = Verdict::Inconclusive;
        return report;
    }
    let mut known = HashSet::new();
    for number in 1..=MOST {
        let mut failed = false;
        let found = Check::new(py, |py| failed = fails(py, number, &mut f)).run_once();
        report.runs += found.runs;
        if found.verdict == Verdict::Leak {
            report.verdict = Verdict::Leak;
            let text = found.to_string();
            let first = text.lines().next().unwrap_or_default();
            let when = match failed {
                true => format!("allocation {number} fails"),
                false => String::from("no allocation fails"),
            };
            report.notes.push(format!("when {when}: {first}"));
        }
        if found.verdict == Verdict::Inconclusive && report.verdict == Verdict::Clean {
            report.verdict = Verdict::Inconclusive;
            report.notes.extend(found.notes);
        }
        let new_cycle = |cycle: &Cycle| !known.contains(&cycle.held.key());
        report
            .cycles
            .extend(found.cycles.into_iter().filter(new_cycle));
        let new = |leak: &Leak| known.insert(leak.held.key());
        report.leaks.extend(found.leaks.into_iter().filter(new));
        for leak in found.heap {
            let same =
                |other: &HeapLeak| (other.near, other.function) == (leak.near, leak.function);
            if !report.heap.iter().any(same) {
                report.heap.push(leak);
            }
        }
        for misuse in found.misuses {
            let same = |other: &Misuse| other.to_string() == misuse.to_string();
            if !report.misuses.iter().any(same) {
                report.misuses.push(misuse);
            }
        }
        if !failed {
            return report;
        }
    }
    report
        .notes
        .push(format!("no more than {MOST} allocations were made to fail"));
    if report.verdict == Verdict::Clean {
        report.verdict = Verdict::Inconclusive;
    }
    report
}

/// One run in which the allocation with this number fails. Returns `false` if there are not so many
/// allocations.
fn fails(
    py: Python<'_>,
    number: usize,
    f: &mut impl for<'py> FnMut(Python<'py>) -> PyResult<'py, ()>,
) -> bool {
    // SAFETY: attached, as the token says.
    quiet(|| unsafe { fail_alloc::arm(fail_alloc::Scope::Closure, number) });
    // SAFETY: as above: the code that unwinds through here was called attached.
    let disarm = OnPanic(|| drop(unsafe { fail_alloc::disarm() }));
    let result: PyResult<'_, ()> = fail_alloc::within(|| f(py));
    disarm.disarm();
    // SAFETY: as above.
    let outcome = quiet(|| unsafe { fail_alloc::disarm() });
    // Dropped only now: the exception's traceback may hold references of the closure.
    drop(result);
    outcome.failed
}
