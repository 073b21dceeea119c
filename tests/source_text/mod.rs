//! The sources as text, for tests that read them.
#![allow(dead_code, unused_imports)] // Each test binary has this module for itself.

mod functions;

use std::fs;
use std::path::{Path, PathBuf};

pub use functions::{Function, functions};

/// The Rust files in a directory and below it, in order.
pub fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("a directory entry").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file without its comments.
pub fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("UTF-8");
    let lines = text.lines().filter(|line| !line.trim().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Where the body begins, or the `;` stands in place of one: not that of an array `[T; N]`.
pub fn end_of_signature(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(index, char)| {
        match char {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        (depth == 0 && ['{', ';'].contains(&char)).then_some(index)
    })
}
