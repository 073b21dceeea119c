//! Every public function that takes objects is called with objects that misbehave in each protocol (`objects`).
//! Nothing crashes, hangs or panics; results are of their kinds; no exception is left; the counts of the arguments are
//! what they were.
//!
//! The calls are written by what the sources declare (`calls.rs`), so that a new function is called without a
//! line here. A child process makes them; one that crashes is named, and the calls after it are made by another.
//!
//! On debug builds with `PYPTR_HOSTILE_TOTALS` set, the calls are repeated, and the count of all references is compared. It
//! takes minutes, and shows what CPython itself keeps, too: caches, and references that it loses.

#[path = "../nested/mod.rs"]
mod nested;
#[allow(dead_code)]
#[path = "../audit/signature.rs"]
mod signature;
#[allow(dead_code)]
#[path = "../audit/wrappers.rs"]
mod wrappers;

mod calls;
/// What the generated program consists of; here only as one of the files that are checked and formatted.
#[allow(dead_code)]
mod program;

use std::path::Path;
use std::{env, fs};

use nested::{Nested, built, library_path, program, put};

/// Calls that are not made with some objects, and why.
const KNOWN: &[(&str, &str, bool, &str)] = include!("known.rs");

/// The files of `objects`, in the order in which they run.
const OBJECTS: &[&str] = &["behaviours", "kinds", "containers", "values", "process"];

/// So many calls may end a child before the others are left out.
const CRASHES: usize = 20;

fn build() -> (std::path::PathBuf, usize) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let calls = calls::calls();
    assert!(
        calls.unknown.is_empty(),
        "calls.rs makes no such argument: {:#?}",
        calls.unknown
    );
    let objects: String = OBJECTS
        .iter()
        .map(|name| {
            let path = here.join("objects").join(format!("{name}.py"));
            format!("({name:?}, include_str!({path:?})), ")
        })
        .collect();
    let known: String = KNOWN
        .iter()
        .filter(|(_, _, here, _)| *here)
        .map(|(function, objects, ..)| format!("({function:?}, {objects:?}), "))
        .collect();
    let text = format!(
        "#![allow(warnings)]\n\
         use std::collections::HashMap;\n\
         use pyptr::{{*, buffer::*, error::*, sync::*, types::*}};\n\
         #[path = {:?}]\nmod program;\nuse program::{{Arguments, Call, Kind}};\n\
         macro_rules! or_end {{ ($c:expr, $made:expr) => {{ match $made {{ Ok(made) => made, \
         Err(raised) => return $c.done(raised) }} }} }}\n\
         fn main() -> std::process::ExitCode {{\n    program::main(CALLS, &[{known}], &[{objects}])\n}}\n{}",
        here.join("program/mod.rs"),
        calls.program
    );
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile_program");
    fs::create_dir_all(&dir).expect("the target directory is writable");
    let main = dir.join("main.rs");
    put(&main, text.as_bytes());
    let targets = format!(
        "[[bin]]\nname = \"hostile\"\npath = {main:?}\n\n[profile.dev]\ndebug = 0\nopt-level = 1\n"
    );
    let nested = Nested::new("hostile", &targets);
    let output = nested.cargo(&["build", "-q"]).output().expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let program = built("debug/hostile");
    (
        program.with_extension(env::consts::EXE_EXTENSION),
        calls.count,
    )
}

#[test]
fn hostile_objects_break_nothing() {
    let (path, count) = build();
    // Two processes may run this test at a time.
    let place = format!("hostile_place_{}", std::process::id());
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(place);
    let (mut call, mut round, mut failures) = (0, 0, Vec::new());
    for _ in 0..CRASHES {
        fs::write(&place, "").expect("the target directory is writable");
        let mut child = program(&path);
        child.envs(library_path()).env("PLACE", &place);
        // Whatever is set for other programs: warnings that are errors, say, or another allocator.
        let settings = env::vars_os().map(|(name, _)| name);
        let settings = settings.filter(|name| name.to_string_lossy().starts_with("PYTHON"));
        settings.for_each(|name| _ = child.env_remove(name));
        child
            .env("FIRST_CALL", call.to_string())
            .env("FIRST_ROUND", format!("{round}"));
        let output = child.output().expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout);
        print!("{text}");
        failures.extend(
            text.lines()
                .filter(|line| line.starts_with("FAIL"))
                .map(str::to_owned),
        );
        if output.status.success() {
            break;
        }
        let text = fs::read_to_string(&place).expect("the place");
        let mut words = text.lines().next().unwrap_or_default().splitn(3, ' ');
        let mut number = || words.next().and_then(|word| word.parse::<usize>().ok());
        let (at, of) = (number(), number());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let (Some(at), Some(of)) = (at, of) else {
            panic!("{}: {error}", output.status)
        };
        let objects = words.next().unwrap_or_default();
        failures.push(format!(
            "call {at} of {count}, round {of}: {}: {objects}\n{error}",
            output.status
        ));
        (call, round) = (at, of + 1);
    }
    let _ = fs::remove_file(&place);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
