//! Runs the specification of ownership, tests/compile_fail/: programs that must not compile.
//!
//! `case.rs` fails with exactly the errors that its `//~` annotations name, each on its own line:
//!
//!     once.append(&left) //~ E0382
//!
//! A text in quotes must be in the message of an error of that line, or in what the compiler adds to it in words:
//!
//!     fn f(x, *); //~ E0277 "`*` needs a parameter behind it"
//!
//! An annotation is an error code, a lint's name, or `lifetime` for "lifetime may not live long enough",
//! which has no code, or `compile_error` for others without a code; several are separated by blanks, and `//~^` speaks of the line above. Only codes
//! and lines are compared, and not how often: messages change with the compiler.
//!
//! `case_ok.rs` beside it is the same program with the slip corrected, and compiles. So a case fails for
//! the reason that it is there for, and not for a misspelt import.
//!
//! Cases whose name begins with `gil_` are for builds with a GIL, those with `free_threaded_` for the others.
//!
//! Both become targets of a generated crate, which one `cargo check` goes through.

mod nested;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use nested::Nested;

const OF_OTHER_BUILDS: &str = if cfg!(Py_GIL_DISABLED) {
    "gil_"
} else {
    "free_threaded_"
};

/// What is expected, or found: (line, code).
type Errors = BTreeSet<(u64, String)>;

struct Case {
    name: String,
    path: PathBuf,
    twin: PathBuf,
    expected: Errors,
    /// Parts of messages, with their lines.
    sentences: Vec<(u64, String)>,
}

#[test]
fn cases_fail_as_annotated_and_their_twins_compile() {
    let cases = cases();
    let found = check(&cases);
    let mut report = String::new();
    for case in &cases {
        let errors = found.errors.get(&case.path).cloned().unwrap_or_default();
        if errors != case.expected {
            let _ = writeln!(
                report,
                "{}:\n  expected {:?}\n  found    {errors:?}\n{}",
                case.path.display(),
                case.expected,
                found.rendered.get(&case.path).map_or("", String::as_str),
            );
        }
        for sentence in &case.sentences {
            let said = |(line, message): &(u64, String)| {
                *line == sentence.0 && message.contains(&sentence.1)
            };
            if !found
                .messages
                .get(&case.path)
                .is_some_and(|all| all.iter().any(said))
            {
                let _ = writeln!(report, "{}: {sentence:?} is not said", case.path.display());
            }
        }
        if let Some(rendered) = found.rendered.get(&case.twin) {
            let _ = writeln!(
                report,
                "{}: does not compile\n{rendered}",
                case.twin.display()
            );
        }
    }
    assert!(report.is_empty(), "\n{report}");
    // An error that belongs to no case, as one in pyptr itself, would hide all others.
    assert_eq!(found.elsewhere, "", "\n{}", found.elsewhere);
    println!("{} cases", cases.len());
}

/// Each case says where it fails, and its twin is the same program but for the slip.
#[test]
fn cases_and_twins_belong_together() {
    for case in cases() {
        assert!(!case.expected.is_empty(), "{}: no `//~` in it", case.name);
        let (text, twin) = (read(&case.path), read(&case.twin));
        assert!(
            !twin.contains("//~"),
            "{}: an annotation in the twin",
            case.name
        );
        let program: Vec<&str> = text
            .lines()
            .map(|line| line.split("//~").next().unwrap_or_default().trim())
            .filter(|line| !line.is_empty())
            .collect();
        let changed = program
            .iter()
            .filter(|line| !twin.lines().any(|kept| kept.trim() == **line))
            .count();
        assert!(
            (1..=program.len() * 2 / 3).contains(&changed),
            "{}: the twin changes {changed} of {} lines",
            case.name,
            program.len()
        );
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All cases, by name.
fn cases() -> Vec<Case> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile_fail");
    let mut names: Vec<String> = fs::read_dir(&dir)
        .expect("tests/compile_fail")
        .map(|entry| entry.expect("a directory entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !name.starts_with(OF_OTHER_BUILDS))
        .collect();
    names.sort();
    let (twins, cases): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| name.ends_with("_ok"));
    let mut paired: Vec<_> = cases.iter().map(|name| format!("{name}_ok")).collect();
    paired.sort();
    assert_eq!(
        twins, paired,
        "a case without a twin, or a twin without a case"
    );
    cases
        .into_iter()
        .map(|name| {
            let path = dir.join(format!("{name}.rs"));
            Case {
                expected: annotations(&read(&path)),
                sentences: sentences(&read(&path)),
                twin: dir.join(format!("{name}_ok.rs")),
                path,
                name,
            }
        })
        .collect()
}

fn annotations(text: &str) -> Errors {
    let mut expected = Errors::new();
    for (line, number) in text.lines().zip(1..) {
        if let Some((_, annotation)) = line.split_once("//~") {
            let codes = annotation.trim_start_matches('^');
            let number = number - (annotation.len() - codes.len()) as u64;
            let codes = codes.split('"').next().unwrap_or_default();
            expected.extend(
                codes
                    .split_whitespace()
                    .map(|code| (number, code.to_owned())),
            );
        }
    }
    expected
}

/// What is in quotes behind the codes.
fn sentences(text: &str) -> Vec<(u64, String)> {
    let lines = text.lines().zip(1..);
    let annotated = lines.filter_map(|(line, number)| Some((number, line.split_once("//~")?.1)));
    let quoted = annotated.filter_map(|(number, text)| Some((number, text.split('"').nth(1)?)));
    quoted
        .map(|(number, text)| (number, text.to_owned()))
        .collect()
}

#[derive(Default)]
struct Found {
    errors: BTreeMap<PathBuf, Errors>,
    /// The messages and their lines, by file.
    messages: BTreeMap<PathBuf, Vec<(u64, String)>>,
    /// The compiler's text, by file.
    rendered: BTreeMap<PathBuf, String>,
    /// Errors outside of the cases.
    elsewhere: String,
}

/// Checks every case and every twin, each a crate of its own.
fn check(cases: &[Case]) -> Found {
    let mut targets = String::new();
    for path in cases.iter().flat_map(|case| [&case.path, &case.twin]) {
        let name = path.file_stem().expect("a name");
        let _ = writeln!(targets, "[[bin]]\nname = {name:?}\npath = {path:?}\n");
    }
    // Unused items are not what the cases are about; a lint that is, they deny themselves.
    targets.push_str("[lints.rust]\nunused = \"allow\"\n");
    let output = Nested::new("compile_fail", &targets)
        .cargo(&["check", "--bins", "--keep-going", "--message-format=json"])
        .output()
        .expect("cargo runs");

    let mut found = Found::default();
    let mut finished = false;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Value = serde_json::from_str(line).expect("cargo writes JSON");
        match message["reason"].as_str() {
            Some("compiler-message") => found.add(cases, &message),
            Some("build-finished") => finished = true,
            _ => {}
        }
    }
    if !finished {
        found
            .elsewhere
            .push_str(&String::from_utf8_lossy(&output.stderr));
    }
    found
}

impl Found {
    fn add(&mut self, cases: &[Case], message: &Value) {
        let diagnostic = &message["message"];
        if diagnostic["level"] != "error" {
            return;
        }
        let rendered = diagnostic["rendered"].as_str().unwrap_or_default();
        let source = Path::new(message["target"]["src_path"].as_str().unwrap_or_default());
        if !cases
            .iter()
            .any(|case| case.path == source || case.twin == source)
        {
            self.elsewhere.push_str(rendered);
            return;
        }
        let text = self.rendered.entry(source.to_owned()).or_default();
        text.push_str(rendered);
        // "aborting due to 2 previous errors" has no place.
        if let Some(line) = line_in(diagnostic, source) {
            let errors = self.errors.entry(source.to_owned()).or_default();
            errors.insert((line, code_of(diagnostic)));
            let message = diagnostic["message"].as_str().unwrap_or_default();
            let messages = self.messages.entry(source.to_owned()).or_default();
            messages.push((line, message.to_owned()));
            let children = diagnostic["children"].as_array().into_iter().flatten();
            let added = children.filter_map(|child| child["message"].as_str());
            messages.extend(added.map(|message| (line, message.to_owned())));
        }
    }
}

fn code_of(diagnostic: &Value) -> String {
    let message = diagnostic["message"].as_str().unwrap_or_default();
    match diagnostic["code"]["code"].as_str() {
        Some(code) => code.to_owned(),
        None if message == "lifetime may not live long enough" => "lifetime".to_owned(),
        None => "compile_error".to_owned(),
    }
}

/// The line in `source` that an error points to: for one inside a macro, the line of the macro's call.
fn line_in(diagnostic: &Value, source: &Path) -> Option<u64> {
    let spans = diagnostic["spans"].as_array()?;
    let mut span = spans.iter().find(|span| span["is_primary"] == true)?;
    while source != Path::new(span["file_name"].as_str()?) && !span["expansion"].is_null() {
        span = &span["expansion"]["span"];
    }
    span["line_start"].as_u64()
}
