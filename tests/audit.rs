//! Compares every wrapper's signature with what the C function does to references.
//!
//! `tests/audit/capi_ownership.csv` has a line for each function of the C API that takes or returns
//! objects. From the source each `#[doc(alias = "PyX_Y")]` is read with the signature that follows it:
//!
//! - a new reference comes back as an owner, a borrowed one as an owner or a borrow;
//! - a stolen or replaced argument is an `Owned` by value, and where C steals nothing, nothing is `Owned`;
//! - each function that real projects call, or that steals, replaces or lends, is wrapped or stands in
//!   `tests/audit/omitted.txt` with a reason.
//!
//! `tests/audit/excused.txt` lists the wrappers that differ on purpose, with reasons.
//! `cargo test --test audit -- --nocapture` prints the coverage.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A line of the table.
struct Row {
    function: String,
    header: String,
    deprecated: bool,
    returns: String,
    steals: bool,
    projects: u32,
}

/// A wrapper: where it stands, its name and its signature on one line.
struct Wrapper {
    function: String,
    place: String,
    name: String,
    signature: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows() -> Vec<Row> {
    let text = read(&root().join("tests/audit/capi_ownership.csv"));
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a heading").split(',').collect();
    lines
        .map(|line| {
            let fields = fields(line);
            let get = |name: &str| {
                let index = names.iter().position(|n| *n == name).expect("a column");
                fields[index].clone()
            };
            Row {
                function: get("function"),
                header: get("header"),
                deprecated: get("deprecated") == "True",
                returns: get("return_kind"),
                steals: !get("steals").is_empty(),
                projects: get("projects").parse().expect("a number"),
            }
        })
        .collect()
}

/// The fields of a line, of which some are quoted.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    for char in line.chars() {
        match char {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            char => fields.last_mut().expect("a field").push(char),
        }
    }
    fields
}

fn sources(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => sources(&path, files),
            false if path.extension().is_some_and(|extension| extension == "rs") => {
                files.push(path)
            }
            false => {}
        }
    }
}

fn wrappers() -> Vec<Wrapper> {
    let (mut files, mut wrappers) = (Vec::new(), Vec::new());
    sources(&root().join("src"), &mut files);
    files.sort();
    for file in files {
        // Counting by hand has rules of its own, which its documentation states.
        if file.starts_with(root().join("src/manual")) {
            continue;
        }
        let text = read(&file);
        let place = file.strip_prefix(root()).expect("within the project");
        wrappers_of(&place.display().to_string(), &text, &mut wrappers);
    }
    wrappers
}

fn wrappers_of(place: &str, text: &str, wrappers: &mut Vec<Wrapper>) {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut aliases: Vec<String> = Vec::new();
    // The macro in whose invocation the line stands, for declarations of one line each.
    let mut invocation = "";
    let mut owner = "";
    for (number, line) in lines.iter().enumerate() {
        if let Some(name) = line.strip_suffix("! {").filter(|name| is_name(name)) {
            invocation = name;
        } else if line.starts_with("impl") {
            owner = line;
        }
        if let Some(alias) = line
            .strip_prefix("#[doc(alias = \"")
            .and_then(|rest| rest.strip_suffix("\")]"))
        {
            aliases.push(alias.to_owned());
        } else if !aliases.is_empty() && !line.starts_with("#[") && !line.starts_with("//") {
            let own = line.contains("fn ").then(|| signature(&lines[number..]));
            let declared = || declared_signature(invocation, &lines);
            let name = match &own {
                Some(signature) => name_after_fn(signature),
                None => line
                    .split(|char: char| !char.is_alphanumeric() && char != '_')
                    .next()
                    .unwrap_or(""),
            };
            let name = name.to_owned();
            let signature = own.or_else(declared).unwrap_or_default();
            for function in aliases.drain(..) {
                wrappers.push(Wrapper {
                    function,
                    place: place.to_owned(),
                    name: name.clone(),
                    signature: format!("{owner} {signature}"),
                });
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|char| char.is_alphanumeric() || char == '_')
}

fn name_after_fn(signature: &str) -> &str {
    let rest = signature.split("fn ").nth(1).unwrap_or("");
    rest.split(['(', '<']).next().unwrap_or("")
}

/// The signature that begins with the first of these lines, on one line.
fn signature(lines: &[&str]) -> String {
    let mut signature = String::new();
    for line in lines {
        signature.push_str(line);
        signature.push(' ');
        if line.ends_with('{') || line.ends_with(';') || line.ends_with('}') {
            break;
        }
    }
    signature
}

/// The signature that a macro of the same file gives to each of its lines, if it declares functions.
fn declared_signature(invocation: &str, lines: &[&str]) -> Option<String> {
    let rules = format!("macro_rules! {invocation} {{");
    let start = lines.iter().position(|line| *line == rules)?;
    let end = start + lines[start..].iter().position(|line| *line == "}")?;
    let function = start
        + lines[start..end]
            .iter()
            .position(|line| line.contains("pub fn $name"))?;
    Some(signature(&lines[function..]))
}

/// Lines of `name reason`, without comments.
fn listed(file: &str) -> BTreeMap<String, String> {
    read(&root().join("tests/audit").join(file))
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, reason) = line.split_once(' ').unwrap_or((line, ""));
            assert!(!reason.trim().is_empty(), "{file}: {name} has no reason");
            (name.to_owned(), reason.trim().to_owned())
        })
        .collect()
}

/// Parameters and result of a signature.
fn parts(signature: &str) -> (&str, &str) {
    let start = signature.find("fn ").unwrap_or(0);
    let signature = &signature[start..];
    match signature.rsplit_once(") -> ") {
        Some((parameters, result)) => (parameters, result),
        None => (signature, ""),
    }
}

/// Whether a reference is given to the function: a parameter, or a `self`, that is `Owned` by value.
fn takes_over(wrapper: &Wrapper) -> bool {
    let (parameters, _) = parts(&wrapper.signature);
    let owner = wrapper.signature.split("fn ").next().unwrap_or("");
    let of_owned = owner.contains("> Owned<") || owner.contains("for Owned<");
    parameters.contains(": Owned<")
        || parameters.contains(": Option<Owned<")
        || parameters.contains(": [Owned<")
        || wrapper.signature.contains("FnMut") && wrapper.signature.contains("Owned<")
        || (parameters.contains("(self") || parameters.contains("( self")) && of_owned
}

/// What is wrong with a wrapper, if anything.
fn contradiction(row: &Row, wrapper: &Wrapper) -> Option<String> {
    if !wrapper.signature.contains("fn ") {
        return None; // A type, for its check or its type object.
    }
    let (_, result) = parts(&wrapper.signature);
    // Its token stands for the exception that is set, which C takes off the thread or replaces.
    let of_raised =
        wrapper.signature.starts_with("impl<'py> Raised") && wrapper.signature.contains("(self");
    // By the crate's convention the name says it.
    let says_so = wrapper.name.contains("owned") || wrapper.name == "try_from_fn";
    let owner = [
        "Owned<",
        "Owned",
        "Loaded",
        "Sent<",
        "FastSequence<",
        "PyBuffer<",
        "OwnedStr<",
        "Raised<",
        "Builder<",
        "Self",
    ]
    .iter()
    .any(|owner| result.contains(owner));
    let borrow = result.contains("Borrowed<");
    // What lives as long as the interpreter may be lent for 'py.
    let immortal = result.contains("&'py Borrowed<");
    match row.returns.as_str() {
        "new" if !owner && !immortal => {
            Some("a new reference does not come back as an owner".into())
        }
        "borrowed" if !owner && !borrow => {
            Some("a lent reference comes back as neither owner nor borrow".into())
        }
        "borrowed-immortal" if !owner && !immortal => {
            Some("a singleton is not lent for 'py".into())
        }
        _ if row.steals && !takes_over(wrapper) && !of_raised => {
            Some("a stolen reference is not taken over".into())
        }
        _ if !row.steals && takes_over(wrapper) && !says_so => {
            Some("a borrowed argument is taken over".into())
        }
        _ => None,
    }
}

#[test]
fn wrappers_agree_with_what_c_does() {
    let (rows, wrappers, excused) = (rows(), wrappers(), listed("excused.txt"));
    let rows: BTreeMap<&str, &Row> = rows
        .iter()
        .map(|row| (row.function.as_str(), row))
        .collect();
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    for wrapper in &wrappers {
        let Some(row) = rows.get(wrapper.function.as_str()) else {
            continue;
        };
        let Some(why) = contradiction(row, wrapper) else {
            continue;
        };
        let key = format!("{}:{}", wrapper.function, wrapper.name);
        match excused.contains_key(&key) {
            true => drop(used.insert(key)),
            false => wrong.push(format!(
                "{key} in {}: {why}: {}",
                wrapper.place, wrapper.signature
            )),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} contradictions:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let stale: Vec<_> = excused.keys().filter(|key| !used.contains(*key)).collect();
    assert!(stale.is_empty(), "excused without need: {stale:?}");
}

#[test]
fn what_projects_call_is_covered() {
    let (rows, omitted) = (rows(), listed("omitted.txt"));
    let covered: BTreeSet<String> = wrappers()
        .into_iter()
        .map(|wrapper| wrapper.function)
        .collect();
    let mut headers: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let (mut missing, mut both) = (Vec::new(), Vec::new());
    for row in &rows {
        let is_covered = covered.contains(&row.function);
        let counts = headers.entry(&row.header).or_default();
        counts[0] += usize::from(is_covered);
        counts[1] += 1;
        counts[2] += usize::from(is_covered && row.projects > 0);
        counts[3] += usize::from(row.projects > 0);
        let needed = row.projects > 0 || row.steals || row.returns == "borrowed";
        let is_omitted = omitted.contains_key(&row.function);
        if needed && !row.deprecated && !row.function.starts_with('_') && !is_covered && !is_omitted
        {
            missing.push(&row.function);
        }
        if is_covered && is_omitted {
            both.push(&row.function);
        }
    }
    let mut total = [0; 4];
    println!("{:34} {:>9} {:>16}", "header", "wrapped", "of those called");
    for (header, counts) in &headers {
        println!(
            "{header:34} {:>4}/{:<4} {:>10}/{:<5}",
            counts[0], counts[1], counts[2], counts[3]
        );
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    println!(
        "{:34} {:>4}/{:<4} {:>10}/{:<5}",
        "all", total[0], total[1], total[2], total[3]
    );
    assert!(
        missing.is_empty(),
        "neither wrapped nor in omitted.txt: {missing:?}"
    );
    assert!(both.is_empty(), "wrapped, and in omitted.txt: {both:?}");
    let known: BTreeSet<&str> = rows.iter().map(|row| row.function.as_str()).collect();
    let unknown: Vec<_> = omitted
        .keys()
        .filter(|name| !known.contains(name.as_str()))
        .collect();
    assert!(
        unknown.is_empty(),
        "omitted.txt has what is no function: {unknown:?}"
    );
}

/// The audit itself: each kind of contradiction is found.
#[test]
fn contradictions_are_found() {
    let row = |returns: &str, steals| Row {
        function: "PyX_Y".into(),
        header: "x.rs".into(),
        deprecated: false,
        returns: returns.into(),
        steals,
        projects: 1,
    };
    let check = |row: &Row, signature: &str| {
        let text =
            format!("impl<'py> Borrowed<'py, PyX> {{\n#[doc(alias = \"PyX_Y\")]\n{signature} {{\n");
        let mut found = Vec::new();
        wrappers_of("src/x.rs", &text, &mut found);
        assert_eq!((found.len(), found[0].name.as_str()), (1, "y"));
        contradiction(row, &found[0]).is_some()
    };
    let (new, lent, status, stealing) = (
        row("new", false),
        row("borrowed", false),
        row("int", false),
        row("int", true),
    );
    assert!(!check(
        &new,
        "pub fn y(&self) -> PyResult<'py, Owned<'py, PyAny>>"
    ));
    assert!(check(&new, "pub fn y(&self) -> &Borrowed<'py, PyAny>"));
    assert!(check(&new, "pub fn y(&self) -> PyResult<'py, ()>"));
    assert!(!check(
        &lent,
        "pub fn y(&self) -> Option<Owned<'py, PyAny>>"
    ));
    assert!(!check(&lent, "pub fn y(&self) -> &Borrowed<'py, PyAny>"));
    assert!(check(&lent, "pub fn y(&self) -> *mut ffi::PyObject"));
    assert!(!check(
        &status,
        "pub fn y(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, ()>"
    ));
    assert!(check(
        &status,
        "pub fn y(&self, item: Owned<'_, PyAny>) -> PyResult<'py, ()>"
    ));
    assert!(check(
        &status,
        "pub fn y(\n&self,\nitem: Option<Owned<'_, PyAny>>,\n) -> PyResult<'py, ()>"
    ));
    assert!(!check(
        &stealing,
        "pub fn y(&self, item: Owned<'_, PyAny>) -> PyResult<'py, ()>"
    ));
    assert!(check(
        &stealing,
        "pub fn y(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, ()>"
    ));
}
