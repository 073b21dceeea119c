//! The documentation as rustdoc builds it.

use std::path::PathBuf;

use crate::nested;

/// Builds it, and returns the directory of the crate's pages.
pub fn documentation() -> PathBuf {
    let mut cargo = nested::cargo();
    cargo
        .args(["doc", "--no-deps", "--lib", "--quiet"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.output().expect("cargo runs");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{messages}");
    nested::built("doc/pyptr")
}

/// What is wrong with the table of contents of a pointer: the types that it does not name, and the links that
/// lead nowhere. Each type's first block has the heading "Methods of ..".
pub fn contents(html: &str) -> (Vec<String>, Vec<String>) {
    let (start, rest) = html.split_once("id=\"methods-by-type\"").expect("a table");
    let (table, blocks) = rest.split_once("id=\"implementations\"").expect("blocks");
    assert!(!start.contains("id=\"methods-of-"));
    let all = |text: &str, mark: &str| -> Vec<String> {
        let parts = text.split(mark).skip(1);
        parts
            .filter_map(|part| part.split('"').next().map(str::to_owned))
            .collect()
    };
    let (links, ids) = (all(table, "href=\"#"), all(blocks, "id=\""));
    assert!(links.len() > 5, "only {links:?}");
    let of_types = ids.iter().filter(|id| id.starts_with("methods-of-"));
    let missing = of_types.filter(|id| !links.contains(id)).cloned().collect();
    let own = |link: &&String| *link != "methods-by-type" && !ids.contains(link);
    (missing, links.iter().filter(own).cloned().collect())
}

/// Whether there is such a method in such an `impl`: `impl-Borrowed%3C'py,+PyList%3E/method.append`.
///
/// rustdoc numbers what has the same name on a page, by the order that it stands in: `method.append-1`. Its
/// script takes the number off where the link names the `impl`, as its own search does.
pub fn leads_somewhere(html: &str, target: &str) -> bool {
    let (place, method) = target.split_once('/').expect("an impl and a method");
    let is = |id: &str, name: &str| {
        let rest = id.strip_prefix(name);
        let numbered = |rest: &str| rest.starts_with('-') && rest[1..].parse::<u32>().is_ok();
        rest.is_some_and(|rest| rest.is_empty() || numbered(rest))
    };
    let ids = |text: &str, name: &str| {
        let ids = text.split("id=\"").skip(1);
        ids.filter_map(|id| id.split('"').next())
            .any(|id| is(id, name))
    };
    // Each `impl` reaches up to the next one.
    html.split("id=\"impl-").skip(1).any(|part| {
        let part = format!("id=\"impl-{part}");
        ids(part.split('>').next().unwrap_or(""), place) && ids(&part, method)
    })
}
