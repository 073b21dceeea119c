//! The tables: what each C function does to references, what is excused, what is left out.

use std::collections::BTreeMap;

use crate::wrappers::{read, root};

/// A line of `capi_ownership.csv`.
#[derive(Clone, Default)]
pub struct Row {
    pub function: String,
    pub header: String,
    pub deprecated: bool,
    pub returns: String,
    /// What NULL means: `err`, `opt` (absent, and no error), `opt|err` (either), `no`.
    pub null: String,
    /// How many objects it borrows.
    pub borrowed: usize,
    /// How many references it steals or replaces.
    pub stolen: usize,
    /// Whether it takes any number of objects, by an array or by varargs.
    pub many: bool,
    /// Whether a reference comes back through a pointer: a new one, a borrowed one.
    pub gives: bool,
    pub lends: bool,
    /// How many of the 14 projects call it.
    pub projects: u32,
}

impl Row {
    /// Whether it has to be wrapped, or left out with a reason of its own.
    pub fn is_needed(&self) -> bool {
        let matters =
            self.projects > 0 || self.stolen > 0 || self.lends || self.returns == "borrowed";
        matters && !self.deprecated && !self.function.starts_with('_')
    }
}

/// The rows by the function's name.
pub fn rows_by_name() -> BTreeMap<String, Row> {
    let rows = rows().into_iter();
    rows.map(|row| (row.function.clone(), row)).collect()
}

pub fn rows() -> Vec<Row> {
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
            let arguments = get("args");
            let mut row = Row {
                function: get("function"),
                header: get("header"),
                deprecated: get("deprecated") == "True",
                returns: get("return_kind"),
                null: get("nullable"),
                projects: get("projects").parse().expect("a number"),
                ..Row::default()
            };
            // `0:op:borrowed; 1:v:stolen-always`
            for argument in arguments.split("; ").filter(|text| !text.is_empty()) {
                row.argue(argument.splitn(3, ':').nth(2).expect("three parts"));
            }
            assert_eq!(row.stolen > 0, !get("steals").is_empty(), "{line}");
            row
        })
        .collect()
}

impl Row {
    /// Takes in what becomes of one argument.
    pub fn argue(&mut self, kind: &str) {
        match kind {
            "borrowed" => self.borrowed += 1,
            "array(borrowed)" | "varargs" => self.many = true,
            "out(new)" => self.gives = true,
            "out(borrowed)" => self.lends = true,
            "-" => {}
            kind if kind.starts_with("stolen") || kind.starts_with("in-out") => self.stolen += 1,
            kind => panic!("{}: {kind}", self.function),
        }
    }
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

/// Lines of `name reason`, without comments.
pub fn listed(file: &str) -> BTreeMap<String, String> {
    let mut listed = BTreeMap::new();
    for line in read(&root().join("tests/audit").join(file)).lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, reason) = line.split_once(' ').unwrap_or((line, ""));
        assert!(!reason.trim().is_empty(), "{file}: {name} has no reason");
        let twice = listed.insert(name.to_owned(), reason.trim().to_owned());
        assert!(twice.is_none(), "{file}: {name} stands there twice");
    }
    listed
}
