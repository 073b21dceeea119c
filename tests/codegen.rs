//! What the typed code costs: the instructions of tests/codegen/pairs.rs, typed against raw
//! `pyo3_ffi`, and the program that once was miscompiled. Both are built in release mode.

#[path = "codegen/listing.rs"]
mod listing;
mod nested;

use std::fmt::Write;
use std::fs;

use listing::{Listing, Path};
use nested::Nested;

/// The pairs, and how many instructions more than the raw function the typed one may have: on the path
/// on which no object is destroyed, and on the one on which every object is that can be.
const PAIRS: &[(&str, usize, usize)] = &[
    // The result is read before the right side is dropped, so it is kept in a register across the
    // destruction (two moves), where the raw function reads it afterwards.
    ("append", 0, 2),
    ("new_ref", 0, 0),
    ("drop", 0, 0),
    ("hold", 0, 0),
    ("question_mark", 0, 0),
    ("tuple_item", 0, 0),
    ("cast_exact", 0, 0),
    ("cast", 0, 0),
    ("getattr", 0, 0),
    // The test of the last result, for `Err` without an exception (SOUNDNESS, rule 9).
    ("returned", 2, 2),
    ("none", 0, 0),
];

/// Functions that only count: the typed code may count by other means than the raw code.
const COUNTING: &[&str] = &[
    "_Py_IncRef",
    "_Py_DecRef",
    "Py_IncRef",
    "Py_DecRef",
    "_Py_DecRefShared",
    "_Py_MergeZeroLocalRefcount",
    "_Py_INCREF_IncRefTotal",
    "_Py_DECREF_DecRefTotal",
];

/// What counting out of line costs inside of the function called, at the least: raw code that calls it
/// is not shorter than typed code that has it inline.
const COUNTING_OUT_OF_LINE: usize = 8;

#[test]
fn typed_code_is_no_longer_than_raw_code() {
    if !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        println!(
            "skipped: tests/codegen/listing.rs does not read {}",
            std::env::consts::ARCH
        );
        return;
    }
    let assembly = assembly();
    let mut table = format!("{:15}{:>16}{:>24}\n", "", "kept", "destroyed");
    let _ = writeln!(
        table,
        "{:15}{:>8}{:>8}{:>16}{:>8}",
        "pair", "typed", "raw", "typed", "raw"
    );
    let mut failures = String::new();
    for &(name, extra, extra_destroying) in PAIRS {
        let typed = function(&assembly, &format!("typed_{name}"));
        let raw = function(&assembly, &format!("raw_{name}"));
        let _ = write!(table, "{name:15}");
        for (allowed, extra) in [
            (keeps as fn(&str) -> bool, extra),
            (succeeds as fn(&str) -> bool, extra_destroying),
        ] {
            let (Some(typed), Some(raw)) = (typed.success_path(allowed), raw.success_path(allowed))
            else {
                let _ = writeln!(failures, "{name}: no path without a call into Rust\n");
                continue;
            };
            let _ = write!(table, "{:8}{:8}{:8}", cost(&typed), cost(&raw), "");
            if cost(&typed) > cost(&raw) + extra || work(&typed) != work(&raw) {
                let _ = writeln!(
                    failures,
                    "{name}: {} instructions, raw {}, {extra} more are allowed\n{}",
                    cost(&typed),
                    cost(&raw),
                    side_by_side(&typed, &raw)
                );
            }
        }
        table.push('\n');
    }
    println!("instructions on the success path\n{table}");
    assert!(failures.is_empty(), "\n{table}\n{failures}");
}

/// The assembly of tests/codegen/pairs.rs.
fn assembly() -> String {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/codegen/pairs.rs");
    let nested = Nested::new(
        "codegen",
        &format!("[lib]\npath = {source:?}\n\n[profile.release]\ncodegen-units = 1\n"),
    );
    let listing = nested.target_dir().join("pairs.s");
    // Cargo does not know of the listing: let it forget what it has, so that it is written anew.
    let cleaned = nested
        .cargo(&["clean", "--quiet", "--release", "--package", "codegen"])
        .status();
    assert!(cleaned.expect("cargo runs").success(), "cargo clean failed");
    let status = nested
        .cargo(&["rustc", "--quiet", "--release", "--lib"])
        .args(["--", "--emit", &format!("asm={}", listing.display())])
        .status()
        .expect("cargo runs");
    assert!(status.success(), "tests/codegen/pairs.rs does not compile");
    fs::read_to_string(&listing).expect("rustc writes the listing")
}

fn function(assembly: &str, name: &str) -> Listing {
    Listing::of(assembly, name).unwrap_or_else(|| panic!("no {name} in the listing"))
}

/// A call that is part of success: into C, and no complaint about a count.
fn succeeds(function: &str) -> bool {
    let rust = ["_ZN", "_R", "__rust", "rust_"];
    !rust.iter().any(|prefix| function.starts_with(prefix)) && function != "_Py_NegativeRefcount"
}

/// ... and which destroys nothing.
fn keeps(function: &str) -> bool {
    succeeds(function) && function != "_Py_Dealloc"
}

/// The instructions of a path, with those of counting out of line.
fn cost(path: &Path) -> usize {
    let counting = path
        .calls
        .iter()
        .filter(|name| COUNTING.contains(&name.as_str()))
        .count();
    path.instructions.len() + counting * COUNTING_OUT_OF_LINE
}

/// The C functions that a path calls, but for those that count.
fn work(path: &Path) -> Vec<&str> {
    let calls = path.calls.iter().map(String::as_str);
    calls.filter(|name| !COUNTING.contains(name)).collect()
}

fn side_by_side(typed: &Path, raw: &Path) -> String {
    let lines = typed.instructions.len().max(raw.instructions.len());
    (0..lines)
        .map(|line| {
            let at = |path: &Path| path.instructions.get(line).cloned().unwrap_or_default();
            format!("    {:60}{}\n", at(typed), at(raw))
        })
        .collect()
}

/// Reading a count, taking a reference and reading again gives one more, at -O3.
#[test]
fn counts_are_read_again() {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/codegen/layout.rs");
    let nested = Nested::new(
        "layout",
        &format!(
            "[[bin]]\nname = \"layout\"\npath = {source:?}\n\n[profile.release]\nopt-level = 3\n"
        ),
    );
    let output = nested
        .cargo(&["run", "--release", "--quiet"])
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "tests/codegen/layout.rs: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "[1, 1, 1]");
}
