//! Where each pointer of a known kind has its kind from. Python code decides what many functions of C return: a
//! metaclass, an override, an object in the place of a module.
//!
//! `tests/audit/results.txt` has a line for each function of `src/` that returns a pointer of a kind other than
//! `PyAny`, or makes one in its body, as `Owner::function`, or `file.rs::function` for one without an owner:
//!
//! - `made`: the named function of C makes the object or checks it, on every version, whatever Python code does;
//! - `checked`: the function casts what it has got;
//! - `promised`: its caller has to know, as it is `unsafe`;
//! - `kept`: another pointer to an object whose kind is known by its type;
//! - `passed`: it is what another function of the crate returned, so that the compiler knows the kind.
//!
//! The pointers themselves (`src/refs`) are left out, because there the kind is a parameter, and the pointers of manual mode,
//! which prove nothing.

use std::collections::BTreeMap;

use crate::source_text::{Function, functions};
use crate::table::listed;

/// What makes a pointer of a kind that nobody checks.
const DOORS: &[&str] = &[
    "from_new_ptr",
    "from_owned_ptr",
    "from_borrowed_ptr",
    "Borrowed::from_ptr",
    "cast_unchecked",
    "cast_into_unchecked",
    "Owned::take",
    "from_parts",
    // Of types/any/codec.rs.
    "converted",
];

/// What checks one.
const CASTS: &[&str] = &[
    ".cast_into()",
    ".cast_into::<",
    ".cast::<",
    ".cast_exact::<",
    "is_type_of(",
    "is_exact_type_of(",
    ".has_type(",
    ".has_exact_type(",
    "::from_py_object(",
];

/// The pointers, the last argument of which is the kind.
const POINTERS: &[&str] = &["Owned", "Borrowed", "Ref", "Shared", "Slot"];

/// The kinds of the pointers that a text names.
fn kinds(text: &str) -> Vec<&str> {
    let mut kinds = Vec::new();
    for (at, _) in text.match_indices('<') {
        let before = text[..at].trim_end_matches("::");
        let word = before.rsplit(|char: char| !char.is_alphanumeric());
        if !word.take(1).any(|word| POINTERS.contains(&word)) {
            continue;
        }
        let mut depth = 0;
        let end = text[at..].char_indices().find(|(_, char)| {
            match char {
                '<' => depth += 1,
                '>' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let end = end.map_or(text.len(), |(end, _)| at + end);
        let kind = text[at + 1..end].rsplit(", ").next().unwrap_or("");
        kinds.push(kind.rsplit("::").next().unwrap_or(kind));
    }
    kinds
}

/// Not `PyAny`, and no parameter.
fn is_known(kind: &str) -> bool {
    kind.starts_with("Py") && kind != "PyAny"
}

fn has_door(function: &Function) -> bool {
    let forms = ["(", "_or_opt(", "_or_raised("];
    let called = |door: &str| {
        let mut forms = forms.iter();
        forms.any(|form| function.body.contains(&format!("{door}{form}")))
    };
    DOORS.iter().any(|door| called(door))
}

/// Whether it returns or makes a pointer of a kind that has to come from somewhere.
fn needs_line(function: &Function) -> bool {
    let (returned, named) = (kinds(&function.result), kinds(&function.body));
    let of_tests =
        function.inside.starts_with("mod tests") || function.attributes.contains("#[test]");
    let of_tests = of_tests || function.name.contains("/tests.rs: ");
    let makes_ptr = function.name.starts_with("manual/") && returned.is_empty();
    if function.name.starts_with("refs/") || of_tests || makes_ptr {
        return false;
    }
    let is_parameter = |kind: &str| !kind.starts_with("Py");
    let unnamed = returned.is_empty() && named.is_empty();
    let opens = has_door(function)
        && (unnamed
            || named.iter().any(|kind| is_known(kind))
            || returned.iter().any(|kind| is_parameter(kind)));
    opens || returned.iter().any(|kind| is_known(kind))
}

/// `Borrowed<PyAny>::dir`, `types/list/builder.rs::with_empty_slots`.
fn key(function: &Function) -> String {
    let (file, name) = function.name.split_once(": ").expect("a file and a name");
    let header = function.inside.trim_end_matches(" {");
    let header = header.strip_prefix("unsafe ").unwrap_or(header);
    let Some(header) = header.strip_prefix("impl") else {
        return format!("{file}::{name}");
    };
    let owner = match header.split_once(" for ") {
        Some((_, owner)) => owner,
        None if header.starts_with('<') => header.split_once("> ").map_or("", |(_, owner)| owner),
        None => header.trim(),
    };
    let lifetimes = ["'py, ", "'_, ", "'a, ", "<'py>", "<'_>"];
    let owner = lifetimes.iter().fold(owner.to_owned(), |owner, lifetime| {
        owner.replace(lifetime, "")
    });
    format!("{}::{name}", owner.split(" where").next().unwrap_or(""))
}

type Needed = BTreeMap<String, Vec<Function>>;

fn needed(functions: Vec<Function>) -> Needed {
    let mut needed = Needed::new();
    for function in functions.into_iter().filter(needs_line) {
        needed.entry(key(&function)).or_default().push(function);
    }
    needed
}

/// What is wrong with a line, if anything. Several functions have one line if they are versions of one.
fn contradiction(functions: &[Function], line: &str) -> Option<&'static str> {
    let (word, reason) = line.split_once(' ').unwrap_or((line, ""));
    let contains = |text: &str| {
        functions
            .iter()
            .any(|function| function.body.contains(text))
    };
    let door = functions.iter().any(has_door);
    if reason.trim().is_empty() {
        return Some("no reason");
    }
    match word {
        "made" => {
            let of_name = |char: char| char.is_alphanumeric() || char == '_';
            let name = reason.trim().split(|char| !of_name(char)).next();
            let is_called = name.is_some_and(|name| name.contains('_') && contains(name));
            (!is_called || !door).then_some("the function that makes it is not called")
        }
        "checked" => {
            let casts = |function: &Function| CASTS.iter().any(|cast| function.body.contains(cast));
            (!functions.iter().all(casts)).then_some("nothing is cast")
        }
        "promised" => {
            let is_unsafe = |function: &Function| !function.is_safe();
            (!functions.iter().all(is_unsafe)).then_some("it is safe: its caller promises nothing")
        }
        "kept" => (!door).then_some("it makes no pointer: `passed`"),
        "passed" => door.then_some("it makes a pointer, of a kind that it believes"),
        _ => Some("`made`, `checked`, `promised`, `kept` or `passed`?"),
    }
}

fn problems(needed: &Needed, listed: &BTreeMap<String, String>) -> Vec<String> {
    let mut problems = Vec::new();
    for (key, functions) in needed {
        match listed.get(key) {
            None => problems.push(format!("{key} is not listed ({})", functions[0].name)),
            Some(line) => {
                problems.extend(contradiction(functions, line).map(|why| format!("{key}: {why}")));
            }
        }
    }
    let stale = listed.keys().filter(|key| !needed.contains_key(*key));
    problems.extend(stale.map(|key| format!("{key} is listed, and is no such function")));
    problems
}

#[test]
fn every_kind_has_a_reason() {
    let (needed, listed) = (needed(functions()), listed("results.txt"));
    let problems = problems(&needed, &listed);
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(needed.len() > 200, "only {} functions", needed.len());
}

/// Each line, removed and changed.
#[test]
fn changed_lines_are_found() {
    let (needed, listed) = (needed(functions()), listed("results.txt"));
    for (key, functions) in &needed {
        let line = &listed[key];
        let mut without = listed.clone();
        without.remove(key);
        assert_eq!(problems(&needed, &without).len(), 1, "{key}");
        // What is believed is neither passed on nor checked.
        if line.starts_with("made") {
            let reason = line.trim_start_matches("made");
            for other in ["passed", "promised", "checked", "made of"] {
                let is_so = other == "promised" && functions.iter().all(|each| !each.is_safe())
                    || other == "checked" && functions[0].body.contains("cast");
                let found = contradiction(functions, &format!("{other}{reason}"));
                assert!(is_so || found.is_some(), "{key}: {other}");
            }
        }
    }
    let mut more = listed.clone();
    more.insert("PyType::of_old".to_owned(), "made PyType_Old".to_owned());
    assert_eq!(problems(&needed, &more).len(), 1);
}

/// A function as the reader of the sources gives it.
fn function(inside: &str, result: &str, body: &str) -> Function {
    Function {
        name: "types/new.rs: new".to_owned(),
        qualifiers: "pub".to_owned(),
        parameters: "(&self)".to_owned(),
        result: format!("-> {result}"),
        body: format!("{{ {body} }}"),
        inside: inside.to_owned(),
        attributes: String::new(),
    }
}

#[test]
fn new_functions_need_a_line() {
    let make = "unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }";
    let some = "Some(unsafe { self.cast_unchecked() })";
    let let_it =
        "let int: Owned<'_, PyInt> = unsafe { Owned::from_new_ptr(py, bits) }; int.to_u64()";
    let any = "let any: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr(py, bits) }; any.len()";
    let of = "impl<'py> Borrowed<'py, PyAny> {";
    for (inside, result, body, expected) in [
        (
            of,
            "PyResult<'py, Owned<'py, PyList>>",
            make,
            Some("Borrowed<PyAny>::new"),
        ),
        (
            of,
            "Option<&Borrowed<'py, T>>",
            some,
            Some("Borrowed<PyAny>::new"),
        ),
        (of, "u64", let_it, Some("Borrowed<PyAny>::new")),
        (
            "impl PyDict {",
            "PyResult<'_, Sent<'_>>",
            make,
            Some("PyDict::new"),
        ),
        (
            "",
            "Owned<'py, crate::markers::PyTuple>",
            "items.to_tuple()",
            Some("types/new.rs::new"),
        ),
        (
            "impl<'py> Name<'py> for &CStr {",
            "Ref<'_, PyType>",
            some,
            Some("&CStr::new"),
        ),
        (of, "PyResult<'py, Owned<'py, PyAny>>", make, None),
        (of, "usize", any, None),
        (of, "Owned<'py, T>", "self.to_owned()", None),
        (of, "PyResult<'py, bool>", "self.is::<PyKeyError>()", None),
    ] {
        let needed = needed(vec![function(inside, result, body)]);
        let found: Vec<&str> = needed.keys().map(String::as_str).collect();
        assert_eq!(
            found,
            expected.into_iter().collect::<Vec<_>>(),
            "{result} {body}"
        );
    }
}
