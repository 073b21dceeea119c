//! The modules of a crate, and what their files name: enough of Rust's rules for paths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::source_text::rust_files;

/// `refs::owned`, without `crate`.
type ModulePath = Vec<String>;

struct File {
    name: String,
    /// Without comments and tests.
    text: String,
    /// The paths of `use` lines and all others.
    paths: Vec<Named>,
}

/// A path that a file names, from the root of the crate on.
struct Named {
    path: ModulePath,
    /// The name that it has here, if it is that of a `use` line.
    name: Option<String>,
    is_reexport: bool,
}

/// All files, by the path of their module.
pub struct Modules(BTreeMap<ModulePath, File>);

/// The files in a directory, `lib.rs` among them.
pub fn read(root: &Path) -> Modules {
    Modules::new(rust_files(root).into_iter().map(|path| {
        let name = path.strip_prefix(root).expect("below the root");
        let name = name.to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(&path).expect("UTF-8"))
    }))
}

impl Modules {
    pub fn new(files: impl Iterator<Item = (String, String)>) -> Modules {
        let mut modules = BTreeMap::new();
        for (name, text) in files {
            let file = File {
                text: without_comments_and_tests(&text),
                paths: Vec::new(),
                name,
            };
            modules.insert(module_path(&file.name), file);
        }
        // `#[cfg(test)] mod tests;`, in files of their own.
        let of_tests: Vec<ModulePath> = modules
            .iter()
            .flat_map(|(path, file)| {
                let names = file.text.split("#[cfg(test)]\nmod ").skip(1);
                let names = names.filter_map(|rest| rest.split_once(';'));
                names.map(|(name, _)| [path.as_slice(), &[name.to_owned()]].concat())
            })
            .collect();
        modules.retain(|path, _| !of_tests.contains(path));
        let known: BTreeSet<ModulePath> = modules.keys().cloned().collect();
        for (path, file) in &mut modules {
            file.paths = named(path, &file.text, &known);
        }
        Modules(modules)
    }

    /// The text of a file, without comments and tests.
    pub fn text(&self, name: &str) -> &str {
        &self.0[&module_path(name)].text
    }

    /// Each file with each path that it names, and whether that is a re-export.
    pub fn paths(&self) -> impl Iterator<Item = (&str, ModulePath, bool)> {
        self.0.values().flat_map(|file| {
            let paths = file.paths.iter();
            paths.map(|named| (&*file.name, named.path.clone(), named.is_reexport))
        })
    }

    /// The file that declares what a path names.
    pub fn file_of(&self, path: &[String]) -> &str {
        match path.split_last() {
            Some((last, module)) if last == "*" => self.resolve(module, 0),
            _ => self.resolve(path, 0),
        }
    }

    fn resolve(&self, path: &[String], depth: usize) -> &str {
        assert!(depth < 20, "{path:?} leads to itself");
        // The longest part of it that is a module.
        let len = (0..=path.len())
            .rev()
            .find(|len| self.0.contains_key(&path[..*len]));
        let (module, rest) = path.split_at(len.expect("the root is a module"));
        let file = &self.0[module];
        let Some(name) = rest.first() else {
            return &file.name;
        };
        if declares(&file.text, name) {
            return &file.name;
        }
        for import in &file.paths {
            let leads_on = |to: &[String]| self.resolve(&[to, &rest[1..]].concat(), depth + 1);
            if import.name.as_ref() == Some(name) && import.path != path {
                return leads_on(&import.path);
            }
            if import.name.as_deref() == Some("*") {
                let (_, inside) = import.path.split_last().expect("a path before the `*`");
                let text = self.0.get(inside).map_or("", |file| &file.text);
                if declares(text, name) {
                    return self.resolve(&[inside, rest].concat(), depth + 1);
                }
            }
        }
        &file.name
    }
}

/// `refs/owned.rs` is `refs::owned`, and `refs/mod.rs` is `refs`.
fn module_path(name: &str) -> ModulePath {
    let name = name.strip_suffix(".rs").unwrap_or(name);
    let name = name.strip_suffix("/mod").unwrap_or(name);
    match name {
        "lib" => Vec::new(),
        _ => name.split('/').map(str::to_owned).collect(),
    }
}

fn without_comments_and_tests(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().starts_with("//"));
    let text = lines.collect::<Vec<_>>().join("\n");
    // Tests stand at the end of their file.
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Whether the file declares an item of this name, or has a line for it in a table of types.
fn declares(text: &str, name: &str) -> bool {
    const KEYWORDS: [&str; 8] = [
        "fn",
        "struct",
        "enum",
        "trait",
        "const",
        "static",
        "type",
        "macro_rules!",
    ];
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let ends = !after.starts_with(|char: char| char.is_alphanumeric() || char == '_');
        let keyword = before
            .strip_suffix(' ')
            .is_some_and(|before| KEYWORDS.iter().any(|keyword| before.ends_with(keyword)));
        let in_table = before.ends_with("\n    ") && after.starts_with(": \"");
        ends && (keyword || in_table)
    })
}

/// What a file names, by `use` or by a path that begins with `crate` or `super`.
fn named(module: &[String], text: &str, known: &BTreeSet<ModulePath>) -> Vec<Named> {
    let mut found = Vec::new();
    let mut rest = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((visibility, start)) = use_line(line) else {
            rest.push_str(line);
            rest.push('\n');
            continue;
        };
        let mut tree = start.to_owned();
        while !tree.ends_with(';') {
            tree.push_str(lines.next().expect("a `use` ends").trim());
        }
        for (path, name) in leaves(tree.trim_end_matches(';')) {
            if let Some(path) = absolute(module, &path, known) {
                found.push(Named {
                    path,
                    name: Some(name),
                    is_reexport: visibility,
                });
            }
        }
    }
    for (at, start) in rest
        .match_indices("crate::")
        .chain(rest.match_indices("super::"))
    {
        let before = rest[..at].chars().next_back();
        if before.is_some_and(|char| char.is_alphanumeric() || "_$:".contains(char)) {
            continue;
        }
        let tail = &rest[at + start.len()..];
        let end = tail.find(|char: char| !(char.is_alphanumeric() || char == '_' || char == ':'));
        let path = format!("{start}{}", &tail[..end.unwrap_or(tail.len())]);
        if let Some(path) = absolute(module, path.trim_end_matches(':'), known) {
            found.push(Named {
                path,
                name: None,
                is_reexport: false,
            });
        }
    }
    found
}

/// What stands behind `use`, and whether the line is a re-export.
fn use_line(line: &str) -> Option<(bool, &str)> {
    let line = line.trim();
    if let Some(tree) = line.strip_prefix("use ") {
        return Some((false, tree));
    }
    let line = line.strip_prefix("pub")?;
    // `pub(crate)`, `pub(in crate::types)`.
    let line = match line.strip_prefix('(') {
        Some(inside) => inside.split_once(')')?.1,
        None => line,
    };
    Some((true, line.strip_prefix(" use ")?))
}

/// Each path in a tree `a::{b, c::d as e}`, and the name that it gets.
fn leaves(tree: &str) -> Vec<(String, String)> {
    let tree = tree.trim();
    let Some((prefix, inside)) = tree.split_once('{') else {
        let (path, name) = match tree.split_once(" as ") {
            Some((path, name)) => (path, name),
            None => (tree, tree.rsplit("::").next().unwrap_or(tree)),
        };
        return vec![(path.trim().to_owned(), name.trim().to_owned())];
    };
    let inside = inside.strip_suffix('}').expect("a closed brace");
    let mut depth = 0;
    let parts = inside.split(|char| {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        char == ',' && depth == 0
    });
    let parts = parts.filter(|part| !part.trim().is_empty());
    parts
        .flat_map(|part| leaves(&format!("{prefix}{}", part.trim())))
        .collect()
}

/// A path from the root on; `None` for another crate's.
fn absolute(module: &[String], path: &str, known: &BTreeSet<ModulePath>) -> Option<ModulePath> {
    let mut names: Vec<&str> = path.split("::").map(str::trim).collect();
    if names.last() == Some(&"self") {
        names.pop();
    }
    let mut base = module.to_vec();
    match *names.first()? {
        "crate" => base.clear(),
        "self" => {}
        "super" => {
            let ups = names.iter().take_while(|name| **name == "super").count();
            base.truncate(base.len().checked_sub(ups)?);
            names.drain(1..ups);
        }
        // A module of its own: `use storage::Width;`.
        first if known.contains(&[module, &[first.to_owned()]].concat()) => names.insert(0, "self"),
        _ => return None,
    }
    base.extend(names.drain(1..).map(str::to_owned));
    Some(base)
}
