//! A copy of this crate, whose examples are built as one would ship them, with the ledger or without.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, id};

/// The one that nothing is changed in.
pub const SHIPPED: &str = "shipped";

/// A copy under the target directory.
pub struct Copied {
    root: PathBuf,
}

impl Copied {
    pub fn new(name: &str) -> Copied {
        let from = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // The manifest names targets in all of them.
        for item in ["src", "examples", "benches", "tests", "build"] {
            copy(&from.join(item), &root.join(item));
        }
        for item in ["build.rs", "Cargo.lock"] {
            copy(&from.join(item), &root.join(item));
        }
        let manifest = fs::read_to_string(from.join("Cargo.toml")).expect("a text");
        // Examples are built with what tests need: here, without.
        let manifest = replaced(&manifest, "serde_json", "# serde_json");
        let manifest = replaced(&manifest, "debug = \"line-tables-only\"", "strip = true");
        update(&root.join("Cargo.toml"), manifest.as_bytes());
        Copied { root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `cargo` with `arguments`, to run in the copy.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = super::cargo();
        cargo.current_dir(&self.root).args(arguments);
        cargo
    }
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from} in Cargo.toml");
    text.replace(from, to)
}

/// Makes `to` what `from` is. What another version of the sources has left there must not be built.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        update(to, &fs::read(from).expect("a file"));
        return;
    }
    fs::create_dir_all(to).expect("the target directory is writable");
    // What is built from the sources is no part of them, and is left where it is.
    let names = |directory: &Path| -> Vec<_> {
        let entries = fs::read_dir(directory).expect("a directory");
        entries
            .map(|entry| entry.expect("an entry").file_name())
            .filter(|name| name != "target" && name != "__pycache__")
            .collect()
    };
    let kept = names(from);
    for name in names(to).iter().filter(|name| !kept.contains(name)) {
        let path = to.join(name);
        match path.is_dir() {
            true => fs::remove_dir_all(path),
            false => fs::remove_file(path),
        }
        .expect("the copy is writable");
    }
    for name in kept {
        copy(&from.join(&name), &to.join(&name));
    }
}

/// A file that does not change is not touched: cargo looks at the time.
fn update(path: &Path, content: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == content) {
        return;
    }
    // At once: another test may be building the same copy.
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("copied-{}", id()));
    fs::write(&temporary, content).expect("the target directory is writable");
    fs::rename(&temporary, path).expect("the copy is writable");
}
