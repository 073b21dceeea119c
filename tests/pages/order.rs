//! The order in which rustdoc lists the methods of a type: that of the `mod` lines, and what a file declares after
//! what its modules do.

use std::path::Path;

use crate::wrappers::{Wrapper, read, root};

/// The wrappers in that order; in each file they have it already.
pub fn in_order_of_modules(mut wrappers: Vec<Wrapper>) -> Vec<Wrapper> {
    let mut files = Vec::new();
    walk("src/lib.rs", "src", &mut files);
    // What a `#[path]` leads to has no methods of types: last.
    let place = |wrapper: &Wrapper| {
        let place = files.iter().position(|file| *file == wrapper.place);
        place.unwrap_or(files.len())
    };
    wrappers.sort_by_key(place);
    wrappers
}

/// Adds the files of a module, whose own modules are in `folder`.
fn walk(file: &str, folder: &str, files: &mut Vec<String>) {
    for line in read(&root().join(file)).lines() {
        let line = line.split("//").next().unwrap_or_default().trim_end();
        let line = line.strip_prefix("pub ").unwrap_or(line);
        let Some(name) = line
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'))
        else {
            continue;
        };
        let folder = format!("{folder}/{name}");
        let file = [format!("{folder}.rs"), format!("{folder}/mod.rs")]
            .into_iter()
            .find(|file| Path::exists(&root().join(file)));
        if let Some(file) = file {
            walk(&file, &folder, files);
        }
    }
    files.push(file.to_owned());
}
