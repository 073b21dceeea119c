//! Reads the functions of `src/` with their documentation and signatures, without a parser of Rust: the
//! sources are formatted by rustfmt, and tests of this file show what is understood.

use std::fs;
use std::path::{Path, PathBuf};

/// A function, or a type that stands for the C functions which check it or name its type object.
#[derive(Clone, Default)]
pub struct Wrapper {
    /// The file, from the project's directory on.
    pub place: String,
    /// The header of the `impl` or `trait`, on one line.
    pub owner: String,
    /// The heading in its documentation, such as `str: encoding`.
    pub heading: String,
    pub name: String,
    /// On one line, from its visibility on; empty for a type.
    pub signature: String,
    /// The lines of its documentation, without the slashes.
    pub docs: Vec<String>,
    /// The C functions that it wraps.
    pub aliases: Vec<String>,
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
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

/// All wrappers of the crate, in the order of the files' names and of the lines.
pub fn wrappers() -> Vec<Wrapper> {
    // Counting by hand has rules of its own.
    wrappers_in(|file| !file.starts_with(root().join("src/manual")))
}

/// Those of manual mode.
pub fn manual_wrappers() -> Vec<Wrapper> {
    wrappers_in(|file| file.starts_with(root().join("src/manual")))
}

fn wrappers_in(wanted: impl Fn(&Path) -> bool) -> Vec<Wrapper> {
    let (mut files, mut wrappers) = (Vec::new(), Vec::new());
    sources(&root().join("src"), &mut files);
    files.sort();
    for file in files.into_iter().filter(|file| wanted(file)) {
        let text = read(&file);
        let place = file.strip_prefix(root()).expect("within the project");
        wrappers_of(&place.display().to_string(), &text, &mut wrappers);
    }
    wrappers
}

/// The wrappers of one file.
pub fn wrappers_of(place: &str, text: &str, wrappers: &mut Vec<Wrapper>) {
    let lines: Vec<&str> = text.lines().collect();
    // The macro in whose definition or invocation the line stands.
    let (mut definition, mut invocation) = ("", "");
    let (mut owner, mut heading) = (String::new(), String::new());
    let mut pending = Wrapper::default();
    for (number, line) in lines.iter().enumerate() {
        let (text, indented) = (line.trim(), line.starts_with(' '));
        if let Some(name) = text.strip_prefix("macro_rules! ") {
            definition = name.trim_end_matches(" {");
        } else if let Some(name) = line.strip_suffix("! {").filter(|name| is_name(name)) {
            invocation = name;
        } else if *line == "}" {
            (definition, invocation) = ("", "");
            owner.clear();
        } else if header(text) && (!indented || !definition.is_empty()) {
            owner = signature(&lines[number..]);
            heading = headline(pending.docs.first());
        }
        if let Some(doc) = text.strip_prefix("///") {
            pending
                .docs
                .push(doc.strip_prefix(' ').unwrap_or(doc).to_owned());
        } else if let Some(alias) = alias(text) {
            pending.aliases.push(alias.to_owned());
        } else if text.starts_with("#[") || text.starts_with("//") {
        } else {
            let found = std::mem::take(&mut pending);
            if !indented || found.aliases.is_empty() && !text.starts_with("pub ") {
                // A type, or what nobody outside calls.
                if found.aliases.is_empty() {
                    continue;
                }
            }
            let declared = declared(invocation, &lines);
            let (owner, heading, signature) = match text.contains("fn ") && !text.contains("$name")
            {
                true => (owner.clone(), heading.clone(), signature(&lines[number..])),
                false => declared.unwrap_or_default(),
            };
            let name = match signature.is_empty() || signature.contains("$name") {
                true => type_name(text),
                false => after_fn(&signature),
            };
            if signature.is_empty() && found.aliases.is_empty() {
                continue;
            }
            let name = name.to_owned();
            wrappers.push(Wrapper {
                place: place.to_owned(),
                signature: signature.replace("$name", &name),
                name,
                owner,
                heading,
                ..found
            });
        }
    }
}

/// `## str: encoding` without the marks, if the line is a heading.
fn headline(line: Option<&String>) -> String {
    let line = line.filter(|line| line.starts_with('#'));
    line.map_or("", |line| line.trim_start_matches('#').trim())
        .to_owned()
}

fn header(line: &str) -> bool {
    ["impl", "unsafe impl", "pub trait", "pub unsafe trait"]
        .iter()
        .any(|start| line.starts_with(start))
}

fn alias(line: &str) -> Option<&str> {
    line.strip_prefix("#[doc(alias = \"")?.strip_suffix("\")]")
}

fn is_name(text: &str) -> bool {
    let of_name = |char: char| char.is_alphanumeric() || char == '_';
    !text.is_empty() && text.chars().all(of_name)
}

fn after_fn(signature: &str) -> &str {
    let rest = signature.split("fn ").nth(1).unwrap_or("");
    rest.split(['(', '<']).next().unwrap_or("")
}

/// The name of an entry of a macro, or of a type.
fn type_name(line: &str) -> &str {
    let line = ["pub ", "enum ", "struct ", "trait ", "type "]
        .iter()
        .fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
    let end = |char: char| !char.is_alphanumeric() && char != '_';
    line.split(end).next().unwrap_or("")
}

/// The signature that begins with the first of these lines, on one line.
fn signature(lines: &[&str]) -> String {
    let mut signature = String::new();
    for line in lines {
        signature.push_str(line.trim());
        signature.push(' ');
        if line.ends_with(['{', ';', '}']) {
            break;
        }
    }
    signature.trim_end_matches([' ', '{', ';', '}']).to_owned()
}

/// The owner with its heading, and the signature that a macro of the same file gives to each of its entries, if it declares
/// functions.
fn declared(invocation: &str, lines: &[&str]) -> Option<(String, String, String)> {
    let rules = format!("macro_rules! {invocation} {{");
    let start = lines.iter().position(|line| *line == rules)?;
    let end = start + lines[start..].iter().position(|line| *line == "}")?;
    let of = |wanted: fn(&&str) -> bool| lines[start..end].iter().position(wanted);
    let function = start + of(|line| line.contains("pub fn $name"))?;
    let owner = start + of(|line| header(line.trim()))?;
    let above = lines[owner - 1].trim().strip_prefix("/// ");
    let heading = headline(above.map(str::to_owned).as_ref());
    let owner = lines[owner].trim();
    let owner = owner.split(" {").next().unwrap_or("").to_owned();
    Some((owner, heading, signature(&lines[function..])))
}
