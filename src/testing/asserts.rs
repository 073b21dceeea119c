//! Tests that fail when references or memory leak.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::panic::Location;

use super::check::Check;
use super::json::Json;
use super::quiet::quiet;
use super::report::{Report, Verdict};
use super::turn::Turn;
use crate::ledger::Place;
use crate::refs::Python;

/// Runs `f` several times, and panics with a [`Report`] if every run leaves references or memory behind.
///
/// Five runs if nothing is suspicious; up to twenty more to confirm a suspicion. Before each count, the
/// references that were dropped on detached threads are released, and the garbage collector runs. What is
/// counted:
///
/// - references that this thread takes, and those that threads started by `f` take;
/// - the Rust allocations of these threads, if the program's allocator is a
///   [`CountingAllocator`](crate::ledger::CountingAllocator);
/// - the interpreter's memory blocks, to notice growth that the above does not explain;
/// - [misuses](crate::ledger::misuses) of references, in any run.
///
/// Other tests may run at the same time on their own threads; other calls of this function wait. The
/// interpreter is [initialised](Python::initialize) if there is none.
///
/// If the environment variable `PYPTR_CHECKS` names a file, each check appends a line to it: a JSON object with
/// `at` (the caller's line), `text` and `report` (see [`Report::to_json`]). `pytest --cargo` reads this file.
///
/// # Panics
/// At the caller's line, with the report, unless the verdict is [`Clean`](Verdict::Clean). Also if `f` panics.
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

/// Appends the result of a check to the file that `PYPTR_CHECKS` names. Errors are ignored: the panic still
/// shows the result.
pub(super) fn note(report: &Report, at: &'static Location<'static>) {
    let Some(path) = env::var_os("PYPTR_CHECKS") else {
        return;
    };
    let line = to_json(report, at) + "\n";
    let file = OpenOptions::new().append(true).create(true).open(path);
    // One write for the line, because processes may share the file.
    let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
}

/// Like [`assert_no_leaks`], but returns the report.
///
/// # Panics
/// If `f` panics.
pub fn find_leaks(f: impl FnMut(Python<'_>)) -> Report {
    Python::initialize();
    let _turn = Turn::wait();
    let report = quiet(|| Python::attach(|py| Check::new(py, f).run()));
    // The copy belongs to the caller, and its allocations are counted as the caller's.
    let copy = report.clone();
    quiet(|| drop(report));
    copy
}

/// The result of a check, and the caller's line, as a JSON object.
fn to_json(report: &Report, at: &'static Location<'static>) -> String {
    Json::object(|json| {
        json.text("at", Some(&Place::from(at).to_string()));
        json.text("text", Some(&report.to_string()));
        json.raw("report", report.to_json());
    })
}
