//! The functions of the sources, with their bodies, without a parser of Rust.

use std::path::Path;

use super::{code, end_of_signature, rust_files};

/// A function as it stands in the sources, comments left out.
pub struct Function {
    /// `types/list/basics.rs: get`
    pub name: String,
    /// `pub`, `pub(super) unsafe`, empty.
    pub qualifiers: String,
    pub parameters: String,
    pub result: String,
    pub body: String,
    /// The header of the `impl` or `trait` that it stands in.
    pub inside: String,
    /// What stands above it: `#[inline]`.
    pub attributes: String,
}

impl Function {
    pub fn is_safe(&self) -> bool {
        !self.qualifiers.contains("unsafe")
    }

    /// Whether code outside of the crate can call it, by name or by a trait.
    pub fn is_public(&self) -> bool {
        self.qualifiers.split(' ').any(|word| word == "pub") || self.inside.contains(" for ")
    }
}

/// The length of the text up to the bracket that closes the one it begins with.
fn closed(text: &str, open: char, close: char) -> usize {
    let mut depth = 0_usize;
    for (index, char) in text.char_indices() {
        if char == open {
            depth += 1;
        } else if char == close {
            depth -= 1;
            if depth == 0 {
                return index + close.len_utf8();
            }
        }
    }
    panic!("no {close} in {text}")
}

/// All functions with a body.
pub fn functions() -> Vec<Function> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for path in rust_files(&root) {
        let text = code(&path);
        let file = path.strip_prefix(&root).expect("below src").display();
        let mut at = 0;
        while let Some(next) = text[at..].find("fn ") {
            let start = at + next;
            at = start + 3;
            if !text[..start].ends_with([' ', '\n']) {
                continue;
            }
            let name: String = text[at..]
                .chars()
                .take_while(|char| char.is_alphanumeric() || *char == '_' || *char == '$')
                .collect();
            let line = text[..start].rfind('\n').map_or(0, |index| index + 1);
            let Some(open) = text[at..].find('(').map(|index| index + at) else {
                continue;
            };
            let end_of_parameters = open + closed(&text[open..], '(', ')');
            let Some(end) = end_of_signature(&text[end_of_parameters..]) else {
                continue;
            };
            let end = end + end_of_parameters;
            if name.is_empty() || text[end..].starts_with(';') {
                continue;
            }
            // The block header nearest above that is indented less.
            let indent = text[line..].len() - text[line..].trim_start().len();
            let inside = text[..line]
                .lines()
                .rev()
                .find(|above| {
                    let own = above.len() - above.trim_start().len();
                    own < indent
                        && !above.trim().is_empty()
                        && !above.trim().starts_with(['}', ')'])
                })
                .unwrap_or_default();
            let attributes = text[..line].lines().rev();
            let attributes = attributes.take_while(|above| above.trim().starts_with("#["));
            let attributes = attributes.collect::<Vec<_>>().join("\n");
            found.push(Function {
                name: format!("{file}: {name}"),
                qualifiers: text[line..start].trim().to_owned(),
                parameters: text[open..end_of_parameters].to_owned(),
                result: text[end_of_parameters..end].trim().to_owned(),
                body: text[end..end + closed(&text[end..], '{', '}')].to_owned(),
                inside: inside.trim().to_owned(),
                attributes,
            });
        }
    }
    assert!(found.len() > 300, "only {} functions", found.len());
    found
}
