//! Every safe public function is called by a test, and every one that can fail is made to fail by one: read
//! from the sources. The tests themselves look at the counts of references, `tests/it/totals.rs` at all of
//! them together.
//!
//! A failing call is a statement with the function's name that also has one of the words by which the tests
//! ask for an error. A name that several types have is looked for once for all of them. What is tested in another way, or cannot be made to fail, stands in
//! `tests/methods/failures.txt` with its reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Not of the safe API: what the macros expand to, the ledger, manual mode (which is unsafe), and what speaks
/// of the ledger's records.
const OTHER: &[&str] = &["export/", "ledger/", "manual/", "testing"];

/// How the tests say that a call fails.
const FAILS: &[&str] = &[
    "unwrap_err",
    "is_err",
    "Err(",
    "is_memory_error",
    "is_overflow",
    "fails",
    "let wrong",
];

struct Function {
    /// `types/list/mod.rs: append`.
    place: String,
    name: String,
    fallible: bool,
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("a directory entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

/// A file without its comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("UTF-8");
    let lines = text.lines().filter(|line| !line.trim().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn is_of_a_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Where the body begins, or the `;` stands in place of one: not that of an array `[T; N]`.
fn end_of_signature(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(index, char)| {
        match char {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        (depth == 0 && ['{', ';'].contains(&char)).then_some(index)
    })
}

fn public_functions() -> Vec<Function> {
    let (src, mut paths, mut found) = (root("src"), Vec::new(), Vec::new());
    rust_files(&src, &mut paths);
    for path in paths {
        let file = path.strip_prefix(&src).expect("below src").display();
        let file = file.to_string().replace('\\', "/");
        if OTHER.iter().any(|other| file.starts_with(other)) {
            continue;
        }
        let text = code(&path);
        for start in ["pub fn ", "pub const fn "] {
            for (at, _) in text.match_indices(start) {
                let rest = &text[at + start.len()..];
                let name: String = rest
                    .chars()
                    .take_while(|char| is_of_a_name(*char))
                    .collect();
                let Some(end) = end_of_signature(rest) else {
                    continue;
                };
                let result = rest[..end]
                    .rsplit_once("->")
                    .map_or("", |(_, result)| result);
                // The name of a function that a macro declares stands where the macro is used.
                if !name.is_empty() {
                    found.push(Function {
                        place: format!("{file}: {name}"),
                        name,
                        fallible: result.contains("Result<"),
                    });
                }
            }
        }
    }
    assert!(found.len() > 450, "only {} functions", found.len());
    found
}

/// Whether `text` has a call of `name`, or speaks of it as a path.
fn has_call(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        (before.ends_with('.') || before.ends_with("::")) && !after.starts_with(is_of_a_name)
            || before.ends_with(' ') && after.starts_with('(')
    })
}

fn tests() -> String {
    let mut paths = Vec::new();
    rust_files(&root("tests/it"), &mut paths);
    rust_files(&root("tests/process"), &mut paths);
    paths.push(root("tests/process_rules.rs"));
    paths.push(root("tests/ledger_given.rs"));
    let texts: Vec<String> = paths.iter().map(|path| code(path)).collect();
    texts.join("\n;\n")
}

/// The lines of the table: the place, and the reason.
fn excused() -> Vec<(String, String)> {
    let text = fs::read_to_string(root("tests/methods/failures.txt")).expect("the table");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pairs = lines.map(|line| {
        let (place, reason) = line
            .split_once(" - ")
            .unwrap_or_else(|| panic!("{line}: no reason"));
        (place.to_owned(), reason.to_owned())
    });
    pairs.collect()
}

#[test]
fn every_function_is_called_and_every_fallible_one_fails() {
    let (functions, tests, excused) = (public_functions(), tests(), excused());
    let asks = |statement: &&str| FAILS.iter().any(|word| statement.contains(word));
    let asking: Vec<&str> = tests.split(";\n").filter(asks).collect();
    let (mut uncalled, mut unfailing, mut stale) = (Vec::new(), Vec::new(), Vec::new());
    let places: BTreeSet<&str> = functions.iter().map(|f| &*f.place).collect();
    let mut failing = 0;
    for function in &functions {
        if !has_call(&tests, &function.name) {
            uncalled.push(&*function.place);
        }
        if !function.fallible {
            continue;
        }
        let fails = asking
            .iter()
            .any(|statement| has_call(statement, &function.name));
        let excuse = excused.iter().any(|(place, _)| *place == function.place);
        match (fails, excuse) {
            (false, false) => unfailing.push(&*function.place),
            (true, true) => stale.push(&*function.place),
            _ => failing += usize::from(fails),
        }
    }
    for (place, reason) in &excused {
        if !places.contains(&**place) || reason.len() < 10 {
            stale.push(place);
        }
    }
    assert!(uncalled.is_empty(), "no test calls {uncalled:#?}");
    assert!(
        unfailing.is_empty(),
        "no test sees these fail: {unfailing:#?}"
    );
    assert!(stale.is_empty(), "excused for nothing: {stale:#?}");
    println!(
        "{} safe functions, all called; {failing} fail in a test, {} are excused",
        functions.len(),
        excused.len()
    );
}
