//! What concerns the whole process: finalising, forking, subinterpreters, the interpreter's own queue.
//!
//! Each scenario runs in a child process, which is this program again with the scenario's name in the
//! environment, on its main thread. `cargo test --test process -- fork` runs those with `fork` in their
//! name.

// `libpython!`, which declares functions of C's that pyo3-ffi lacks: see build.rs.
include!(concat!(env!("OUT_DIR"), "/libpython.rs"));

mod collector;
#[allow(dead_code)]
#[path = "../it/common.rs"]
mod common;
mod embed;
mod embedded_threads;
mod errors;
mod failed_start;
mod finalize;
#[cfg(unix)]
mod fork;
mod panics;
mod pending;
#[allow(dead_code)]
#[path = "../it/python.rs"]
mod python;
mod queue;
mod replaced;
mod reports;
mod subinterpreter;
mod support;
mod totals;
#[cfg(Py_3_13)]
mod traced;
#[cfg(Py_3_13)]
mod watched;

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const VARIABLE: &str = "PYPTR_TEST_SCENARIO";
/// Beyond any doubt a deadlock. No scenario depends on it.
const HANGS: Duration = Duration::from_secs(60);

type Scenario = (&'static str, fn());

/// Called by `common::attached` before it starts the interpreter.
fn before_start() {}

/// The scenarios by their paths.
macro_rules! scenarios {
    ($($module:ident: $($name:ident),+;)*) => {
        &[$($((concat!(stringify!($module), "::", stringify!($name)), $module::$name as fn()),)+)*]
    };
}

const SCENARIOS: &[Scenario] = scenarios! {
    collector: disabled;
    embed: starts_as_python3, shows_its_encodings, prints_and_ends, ends_while_one_is_attached, exit_handlers, fields,
        home_and_executable, module_search_paths, exit_statuses,
        texts_with_nul, runs_a_command, main_programs;
    embedded_threads: a_thread_keeps_its_state, recursion_on_the_stack_of_a_thread;
    errors: before_initialize, after_finalize;
    failed_start: a_home_that_is_none, a_site_that_fails, a_virtual_environment_that_is_none, handlers_that_run_handlers;
    finalize: attach_before_initialize, initialize_twice, everything_after_finalize,
        destructors_at_finalize, released_with_the_interpreter, finalize_without_interpreter,
        initialize_while_it_starts, end_of_detach_while_it_ends, call_of_python_code_while_it_ends;
    panics: with_an_exception_set, with_a_payload_that_panics, in_a_capsule, starting_while_one_unwinds,
        pickled_without_a_module, imported_and_pickled;
    pending: drained_by_the_main_thread, full_queue, queue_from_a_pending_call, signals;
    queue: dropped_while_detached_is_released_at_the_next_attach, dropped_on_a_thread_that_never_attaches,
        dropped_at_the_end_of_a_thread, destructors_that_drop_more;
    replaced: main_that_is_removed_while_it_is_added, datetime_that_has_its_api_once,
        methods_of_builtin_types;
    reports: printed_exceptions, unraisable_exceptions;
    subinterpreter: attached_here_after_one, callback_from_a_legacy_one, callback_from_an_isolated_one,
        pending_call_in_one;
    totals: stay_flat;
};

#[cfg(unix)]
const UNIX: &[Scenario] = scenarios! {
    embed: text_is_utf_8_in_the_c_locale, output_is_not_lost, a_virtual_environment, arguments_of_any_bytes;
    failed_start: exit_in_a_handler;
    fork: while_releases_are_queued, while_an_object_is_made;
};
#[cfg(not(unix))]
const UNIX: &[Scenario] = &[];

#[cfg(target_os = "linux")]
const LINUX: &[Scenario] = scenarios! {
    embed: signal_handlers_stay;
};
#[cfg(not(target_os = "linux"))]
const LINUX: &[Scenario] = &[];

#[cfg(Py_3_13)]
const SINCE_3_13: &[Scenario] = scenarios! {
    traced: strings_that_grow;
    watched: when_there_is_no_room, room_for_others, more_loops_than_places, at_the_end,
        a_dict_keeps_a_watcher_that_it_gets_while_it_changes;
};
#[cfg(not(Py_3_13))]
const SINCE_3_13: &[Scenario] = &[];

/// What others of `embed` run, and which end in another way than by success.
const INNER: &[Scenario] = scenarios! {
    embed: prints_and_exits, prints_and_exits_attached, asks_for_the_version, has_an_option_that_is_none, runs_arguments,
        runs_until_an_exit;
    failed_start: exits_in_a_handler;
};

fn main() -> ExitCode {
    let all = || SCENARIOS.iter().chain(UNIX).chain(LINUX).chain(SINCE_3_13);
    if let Ok(name) = std::env::var(VARIABLE) {
        let (_, scenario) = all()
            .chain(INNER)
            .find(|(known, _)| *known == name)
            .expect("a scenario");
        scenario();
        return ExitCode::SUCCESS;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // As those of libtest: names, and names after `--skip`.
    let after_skip = |index: usize| index > 0 && arguments[index - 1] == "--skip";
    let named = |skip: bool| -> Vec<&String> {
        let names = arguments.iter().enumerate();
        let names =
            names.filter(|(index, name)| !name.starts_with('-') && after_skip(*index) == skip);
        names.map(|(_, name)| name).collect()
    };
    let (filters, skipped) = (named(false), named(true));
    let is_one_of = |name: &str, of: &[&String]| of.iter().any(|part| name.contains(*part));
    let chosen = all()
        .filter(|(name, _)| filters.is_empty() || is_one_of(name, &filters))
        .filter(|(name, _)| !is_one_of(name, &skipped));
    if arguments.iter().any(|argument| argument == "--list") {
        chosen.for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let (mut passed, mut failed) = (0, 0);
    for (name, _) in chosen {
        let passes = passes(name);
        println!("test {name} ... {}", if passes { "ok" } else { "FAILED" });
        *(if passes { &mut passed } else { &mut failed }) += 1;
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {verdict}. {passed} passed; {failed} failed\n");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs one scenario in a child, and shows its output if it fails.
fn passes(name: &str) -> bool {
    let program = std::env::current_exe().expect("the path of this program");
    let mut child = Command::new(program)
        .env(VARIABLE, name)
        .stdout(Stdio::null())
        .spawn()
        .expect("a child process");
    let started = Instant::now();
    loop {
        match child.try_wait().expect("the child's status") {
            Some(status) if status.success() => return true,
            Some(status) => {
                println!("{name}: {status}");
                return false;
            }
            None if started.elapsed() > HANGS => {
                println!("{name}: hangs");
                child.kill().expect("a child to kill");
                return false;
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}
