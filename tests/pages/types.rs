//! The types that have a page, with what they derive from.

use std::collections::BTreeMap;

use crate::wrappers::{read, root};

/// Files in which types are declared.
const FILES: &[&str] = &[
    "src/markers/types.rs",
    "src/markers/protocols.rs",
    "src/types/datetime/kinds.rs",
    "src/markers/exceptions.rs",
];

/// Names of types and of their bases; `PyAny` has none.
pub fn types() -> BTreeMap<String, Option<String>> {
    let mut types = BTreeMap::from([("PyAny".to_owned(), None)]);
    for file in FILES {
        let text = read(&root().join(file));
        let mut of = None;
        for line in text.lines() {
            // `PyBool: "bool", PyInt, PyBool_Check, ..`, as the tables have it.
            if let Some((name, rest)) = line.trim().split_once(": \"") {
                let base = rest.split(", ").nth(1);
                if name.starts_with("Py") && line.ends_with(';') {
                    types.insert(name.to_owned(), base.map(str::to_owned));
                }
            }
            if let Some(name) = line.strip_prefix("unsafe impl Subtype for ") {
                of = Some(name.trim_end_matches(" {").to_owned());
            }
            if let (Some(base), Some(name)) = (line.trim().strip_prefix("type Base = "), &of) {
                types.insert(name.clone(), Some(base.trim_end_matches(';').to_owned()));
            }
        }
    }
    types
}

/// Whether it is one of the table of exceptions.
pub fn is_exception(name: &str) -> bool {
    let text = read(&root().join("src/markers/exceptions.rs"));
    text.contains(&format!("    {name}: \""))
}
