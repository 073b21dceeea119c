//! On a debug build of CPython, which counts all references: every test of this binary again, each several
//! times over in one process. The total stays where it is.

use std::process::Command;

use pyptr::Python;

use crate::common::{KEPT, REPEAT, attached};

/// Tests that leak on purpose: how many references a run, and of what.
const LEAKING: &[(&str, i64, &str)] = &[
    (
        "types::bytes::builder::builder_is_dropped_or_forgotten",
        3,
        "three bytes objects of forgotten builders",
    ),
    ("refs::owned::leak_static_keeps_the_reference", 1, "the str"),
    (
        "types::list::builder::a_forgotten_list_is_valid_or_invisible",
        2,
        "a list with one item",
    ),
    (
        "types::list::builder::an_abandoned_builder_releases_its_items_and_a_forgotten_one_leaks_them",
        3,
        "a list with two items",
    ),
    (
        "types::tuple::builder::a_forgotten_builder_is_never_found",
        2,
        "a tuple with one item",
    ),
    (
        "types::tuple::builder::an_abandoned_builder_releases_its_items_and_a_forgotten_one_leaks_them",
        3,
        "a tuple with two items",
    ),
    // Python code alone does the same: an object that `__del__` brings back.
    (
        "types::any::protocol::the_collector_s_view",
        if cfg!(Py_GIL_DISABLED) { -1 } else { 0 },
        "none: free-threaded CPython loses count",
    ),
    (
        "manual::heap::a_finaliser_may_keep_the_object",
        if cfg!(Py_GIL_DISABLED) { -1 } else { 0 },
        "none: as above",
    ),
    (
        "class::collector::finalisers",
        if cfg!(Py_GIL_DISABLED) { -1 } else { 0 },
        "none: as above",
    ),
    (
        "class::collector::a_finaliser_runs_once",
        if cfg!(Py_GIL_DISABLED) { -4 } else { 0 },
        "none: as above, with four objects",
    ),
];

/// Tests of which nothing is counted, as they do not attach in this process.
const UNCOUNTED: &[&str] = &[
    "class::cells::scalars",
    "class::cells::updates_of_a_scalar_are_not_lost",
    "class::cells::what_holds_references",
    "export::by_hand::a_slot_of_another_type - should panic",
    "manual::pointer::debug_touches_no_object",
    "mutation::memory::valgrind_finds_no_error",
    "sync::once_objects::its_names_are_shown",
    "totals::no_test_keeps_a_reference",
    "types::slice::steps_that_are_none_panic",
];

#[test]
fn no_test_keeps_a_reference() {
    if std::env::var_os(REPEAT).is_some() {
        return;
    }
    if !attached(counts_all_references) {
        println!("skipped: no debug build");
        return;
    }
    let output = Command::new(std::env::current_exe().expect("the path of this program"))
        .args(["--nocapture", "--test-threads=1"])
        .env(REPEAT, "1")
        .output()
        .expect("a child process");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (mut counted, mut wrong) = (0, Vec::new());
    for (name, kept) in results(&text) {
        if kept.is_empty() && !UNCOUNTED.contains(&name) {
            wrong.push(format!("{name}: nothing was counted"));
        }
        counted += kept.len();
        let leaking = LEAKING.iter().find(|(known, ..)| *known == name);
        let expected = leaking.map_or(0, |(_, references, _)| *references);
        for (kept, rounds) in kept {
            if kept != expected * rounds {
                wrong.push(format!("{name}: {kept} references kept by {rounds} runs"));
            }
        }
    }
    println!("{counted} closures of tests repeated");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(counted > 400, "only {counted}\n{text}");
}

/// Whether the interpreter is a debug build.
pub fn counts_all_references(py: Python<'_>) -> bool {
    let sys = py.import(c"sys").unwrap();
    sys.hasattr(c"gettotalrefcount").unwrap()
}

/// The names of the tests that ran, and for each closure the references kept and the rounds.
fn results(text: &str) -> Vec<(&str, Vec<(i64, i64)>)> {
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{text}: no number"));
    let tests = text.split("\ntest ").filter_map(|part| {
        let (name, output) = part.split_once(" ... ")?;
        let kept = output.split(KEPT).skip(1).map(|kept| {
            let line = kept.lines().next().unwrap_or_default();
            let (kept, rounds) = line.split_once(" in ").expect("two numbers");
            (number(kept), number(rounds))
        });
        Some((name, kept.collect()))
    });
    tests.collect()
}
