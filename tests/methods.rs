//! Every safe public function is called by a test, and every one that can fail is made to fail by one: read
//! from the sources. The tests themselves look at the counts of references, `tests/it/totals.rs` at all of
//! them together.
//!
//! A failing call is a statement with the function's name that also has one of the words by which the tests
//! ask for an error; of a name that several types have there are as many. What is tested in another way, or
//! cannot be made to fail, stands in `tests/methods/failures.txt` with its reason; what is called in no test
//! that looks at counts, in `tests/methods/counts.txt`.

mod source_text;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use source_text::{code, end_of_signature, rust_files};

/// Not of the safe API: what the macros expand to, the ledger, manual mode (which is unsafe), and what speaks
/// of the ledger's records.
const OTHER: &[&str] = &[
    "class/declared",
    "class/join",
    "class/line",
    "class/member",
    "class/output",
    "class/receiver",
    "class/slots",
    "class/table",
    "class/visit",
    "export/",
    "ledger/",
    "manual/",
    "testing",
];

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
    /// Whether objects are among its parameters, `self` included, or in its result.
    has_objects: bool,
    /// `PyList::with_capacity`, for what is called by its path.
    path: Option<String>,
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn is_of_a_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn public_functions() -> Vec<Function> {
    let (src, mut found) = (root("src"), Vec::new());
    for path in rust_files(&src) {
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
                let parameters = &rest[rest.find('(').map_or(0, |open| open + 1)..end];
                let of_self = ["&self", "self", "mut self", "&mut self", "&'a self"];
                let of_self = of_self.map(|start| parameters.trim_start().starts_with(start));
                let owner = text[..at].rsplit("\nimpl").next().unwrap_or_default();
                let owner = owner_of(owner.split('{').next().unwrap_or_default());
                let path = (!of_self.contains(&true)).then(|| format!("{owner}::{name}"));
                // The name of a function that a macro declares stands where the macro is used.
                if !name.is_empty() {
                    let objects = ["Borrowed<", "Owned<", "Ref<", "self"];
                    let has_objects = objects.iter().any(|kind| rest[..end].contains(kind));
                    found.push(Function {
                        place: format!("{file}: {name}"),
                        name,
                        has_objects,
                        fallible: result.contains("Result<"),
                        path,
                    });
                }
            }
        }
    }
    assert!(found.len() > 450, "only {} functions", found.len());
    found
}

/// `PyList` of ` PyList `, `PyBuffer` of `<'py> PyBuffer<'py> `.
fn owner_of(header: &str) -> &str {
    let header = header.trim();
    let kind = match header.strip_prefix('<') {
        Some(_) => header.split_once("> ").map_or(header, |(_, kind)| kind),
        None => header,
    };
    let end = |char: char| !is_of_a_name(char);
    kind.trim().split(end).next().unwrap_or_default()
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
    let mut paths = rust_files(&root("tests/it"));
    paths.extend(rust_files(&root("tests/process")));
    paths.push(root("tests/process_rules.rs"));
    paths.push(root("tests/ledger_given.rs"));
    let texts: Vec<String> = paths.iter().map(|path| code(path)).collect();
    texts.join("\n;\n")
}

/// The lines of a table: the place, and the reason.
fn excused(table: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root("tests/methods").join(table)).expect("the table");
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

/// How the tests look at the counts of references. (On debug builds `tests/it/totals.rs` looks at all of them
/// after every test.)
const COUNTS: &[&str] = &["delta_", "refcount()", "counts(", "strong_count("];

/// Every function that has to do with objects is called in some test that looks at counts.
#[test]
fn every_function_is_called_where_counts_are_looked_at() {
    let (functions, tests, excused) = (public_functions(), tests(), excused("counts.txt"));
    let looks = |test: &&str| COUNTS.iter().any(|word| test.contains(word));
    let files = tests.split("\n;\n");
    let looking: Vec<&str> = files
        .flat_map(|file| file.split("\nfn "))
        .filter(looks)
        .collect();
    let (mut missing, mut stale, mut looked) = (Vec::new(), Vec::new(), 0);
    for function in functions.iter().filter(|function| function.has_objects) {
        let excuse = excused.iter().any(|(place, _)| *place == function.place);
        let called = looking.iter().any(|test| has_call(test, &function.name));
        match (called, excuse) {
            (false, false) => missing.push(&*function.place),
            (true, true) => stale.push(&*function.place),
            _ => looked += usize::from(called),
        }
    }
    for (place, reason) in &excused {
        if !functions.iter().any(|function| function.place == *place) || reason.len() < 10 {
            stale.push(place);
        }
    }
    assert!(missing.is_empty(), "no test looks at counts: {missing:#?}");
    assert!(stale.is_empty(), "excused for nothing: {stale:#?}");
    println!("{looked} functions are called where counts are looked at");
}

/// Names that several types have: `PyList::from_owned` has to fail as such, and of the methods there have to
/// be at least as many failing calls as there are methods that can fail.
#[test]
fn functions_of_one_name_fail_each() {
    let (functions, tests, excused) = (public_functions(), tests(), excused("failures.txt"));
    let asks = |statement: &&str| FAILS.iter().any(|word| statement.contains(word));
    let asking: Vec<&str> = tests.split(";\n").filter(asks).collect();
    // The parts of such a statement, and the lines of the tables of what fails without memory.
    let parts: Vec<&str> = tests.split([';', ',']).filter(asks).collect();
    let table = |line: &&str| line.contains("(\"") && line.contains("\", &||");
    let table: Vec<&str> = tests.lines().filter(table).collect();
    let excuse = |function: &&Function| !excused.iter().any(|(place, _)| *place == function.place);
    let mut methods: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut missing = Vec::new();
    for function in functions.iter().filter(|f| f.fallible).filter(excuse) {
        match &function.path {
            Some(path) if !path.starts_with("Python::") => {
                let mut places = asking.iter().chain(&table);
                if !places.any(|statement| has_path(statement, path)) {
                    missing.push(format!("{}: no {path}", function.place));
                }
            }
            _ => methods
                .entry(&function.name)
                .or_default()
                .push(&function.place),
        }
    }
    for (name, places) in methods {
        let called = |statement: &&&str| has_call(statement, name);
        let named = |line: &&&str| line.contains(&format!(".{name}\", &||"));
        let table = table.iter().filter(named).count();
        let failing = asking.iter().filter(called).count();
        let failing = failing.max(parts.iter().filter(called).count() + table);
        if places.len() > failing {
            missing.push(format!("{places:?}: {failing} failing calls"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whether `text` names this path.
fn has_path(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + path.len()..]);
        !before.ends_with(is_of_a_name) && !after.starts_with(is_of_a_name)
    })
}

#[test]
fn every_function_is_called_and_every_fallible_one_fails() {
    let (functions, tests, excused) = (public_functions(), tests(), excused("failures.txt"));
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
