//! The floors of `src`, as `src/lib.rs` lists them: a file uses its own folder and the floors below it, and no two
//! files use each other, not even in a wider circle.
//!
//! What a file uses is what its `use` lines and its paths name (`crate::refs::Owned`, `super::storage::Width`). A name
//! that a folder only re-exports stands for the file that declares it. Test code, doc examples and what a macro
//! expands to in the user's crate are free.

#[path = "layers/modules.rs"]
mod modules;
mod source_text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use modules::{Modules, read};

/// What uses what: file to files, with one of the paths that name each.
type Arrows = BTreeMap<String, BTreeMap<String, String>>;

fn arrows(modules: &Modules, with_reexports: bool) -> Arrows {
    let mut arrows = Arrows::new();
    for (file, path, is_reexport) in modules.paths() {
        if is_reexport && !with_reexports {
            continue;
        }
        let target = modules.file_of(&path);
        if target != file && file != "lib.rs" && target != "lib.rs" {
            let targets = arrows.entry(file.to_owned()).or_default();
            targets.insert(target.to_owned(), path.join("::"));
        }
    }
    arrows
}

/// The folders in the order of the `mod` lines in lib.rs, the ground floor first.
fn floors(modules: &Modules) -> Vec<String> {
    let lines = modules.text("lib.rs").lines();
    let names = lines.filter_map(|line| {
        let line = line.split("//").next().unwrap_or_default().trim();
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    let mut floors: Vec<String> = Vec::new();
    for name in names {
        // A module may be declared twice, for a feature and without it.
        if !floors.iter().any(|floor| floor == name) {
            floors.push(name.to_owned());
        }
    }
    floors
}

/// The uses of a higher floor, as sentences.
fn upward(modules: &Modules) -> Vec<String> {
    let floors = floors(modules);
    let floor = |file: &str| {
        let folder = file.split(['/', '.']).next().unwrap_or_default();
        let floor = floors.iter().position(|floor| floor == folder);
        floor.unwrap_or_else(|| panic!("{file} is on no floor"))
    };
    let mut found = Vec::new();
    for (file, targets) in arrows(modules, true) {
        for (target, path) in targets {
            if floor(&file) < floor(&target) {
                found.push(format!(
                    "{file} uses {path} of {target}, which is on a higher floor"
                ));
            }
        }
    }
    found
}

/// The files that use each other, one circle after the other.
fn circles(modules: &Modules) -> Vec<Vec<String>> {
    let arrows = arrows(modules, false);
    let reached = |from: &str| {
        let mut reached = BTreeSet::new();
        let mut next = vec![from.to_owned()];
        while let Some(file) = next.pop() {
            for target in arrows.get(&file).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(target.clone()) {
                    next.push(target.clone());
                }
            }
        }
        reached
    };
    let all: BTreeMap<&String, BTreeSet<String>> =
        arrows.keys().map(|file| (file, reached(file))).collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (file, reached) in &all {
        if reached.contains(*file) {
            let back = |other: &&String| all.get(other).is_some_and(|from| from.contains(*file));
            circles.insert(reached.iter().filter(back).cloned().collect());
        }
    }
    circles.into_iter().collect()
}

fn sources() -> Modules {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

#[test]
fn no_file_uses_a_higher_floor() {
    let modules = sources();
    assert!(floors(&modules).len() >= 13, "{:?}", floors(&modules));
    let count: usize = arrows(&modules, true).values().map(BTreeMap::len).sum();
    assert!(count > 800, "only {count} arrows");
    assert_eq!(upward(&modules), [""; 0]);
}

#[test]
fn no_files_use_each_other() {
    assert_eq!(circles(&sources()), [[""; 0]; 0]);
}

/// The two rules on a tree of three floors.
mod the_rules {
    use super::*;

    const LIB: &str = "pub mod ground; // C\nmod middle;\npub mod top;";

    fn tree(files: &[(&str, &str)]) -> Modules {
        let mut all = vec![
            ("lib.rs", LIB),
            ("ground/mod.rs", "mod deep;\npub use deep::Deep;"),
            ("ground/deep.rs", "pub struct Deep;"),
            (
                "middle.rs",
                "use crate::ground::Deep;\npub struct Middle(Deep);",
            ),
            ("top.rs", "use crate::{ground::Deep, middle::Middle};"),
        ];
        all.retain(|(name, _)| files.iter().all(|(other, _)| other != name));
        all.extend(files);
        Modules::new(
            all.into_iter()
                .map(|(file, text)| (file.to_owned(), text.to_owned())),
        )
    }

    #[test]
    fn hold_for_arrows_downward() {
        assert_eq!(floors(&tree(&[])), ["ground", "middle", "top"]);
        assert_eq!(upward(&tree(&[])), [""; 0]);
        assert_eq!(circles(&tree(&[])), [[""; 0]; 0]);
    }

    #[test]
    fn find_an_arrow_upward_in_a_use_line_a_path_and_a_re_export() {
        for text in [
            "use crate::middle::Middle;\npub struct Deep(Middle);",
            "pub struct Deep;\nfn f() { let _ = crate::middle::Middle::new(); }",
            "pub use crate::{\n    middle::Middle as Deep,\n};",
        ] {
            let found = upward(&tree(&[("ground/deep.rs", text)]));
            let sentence = "ground/deep.rs uses middle::Middle";
            assert!(found[0].starts_with(sentence), "{found:?}");
            assert!(found[0].ends_with(" of middle.rs, which is on a higher floor"));
        }
    }

    #[test]
    fn find_a_circle_behind_a_re_export() {
        let own = "mod deep;\nmod other;\npub use deep::Deep;\npub use other::Other;";
        let found = circles(&tree(&[
            ("ground/mod.rs", own),
            (
                "ground/deep.rs",
                "use super::Other;\npub struct Deep(Other);",
            ),
            (
                "ground/other.rs",
                "use crate::ground::Deep;\npub struct Other(Deep);",
            ),
        ]));
        assert_eq!(found, [["ground/deep.rs", "ground/other.rs"]]);
    }

    #[test]
    fn let_tests_examples_and_expansions_be() {
        let free = "/// use crate::top::Top;\npub struct Deep;\nmacro_rules! m { () => { $crate::top::f() } }\n\
                    #[cfg(test)]\nmod tests {\n    use crate::top::Top;\n}";
        assert_eq!(upward(&tree(&[("ground/deep.rs", free)])), [""; 0]);
    }
}
