//! Without the feature nothing of the ledger is in a library: no symbol, no text. With it, it is.
//!
//! That pointers are one word then and that code has not an instruction more is shown by
//! tests/codegen.rs, which builds without the feature whatever features the tests have.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A copy of the crate, built in a directory of its own.
struct Copy {
    root: PathBuf,
}

impl Copy {
    fn new() -> Copy {
        let from = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library_text");
        // What another version of the sources has left there must not be built.
        for item in ["src", "examples", "benches", "tests"] {
            let _ = fs::remove_dir_all(root.join(item));
            copy(&from.join(item), &root.join(item));
        }
        for item in ["build.rs", "Cargo.toml", "Cargo.lock"] {
            copy(&from.join(item), &root.join(item));
        }
        // Examples are built with what tests need: here, without.
        let manifest = root.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("a text");
        let text = text.replace("serde_json", "# serde_json");
        fs::write(&manifest, text).expect("the copy is writable");
        Copy { root }
    }

    /// The `memory` example as a library without debug information, or without symbols as well.
    fn library(&self, strip: &str, features: &str) -> Vec<u8> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let target = self.root.join("target");
        cargo
            .current_dir(&self.root)
            .args(["rustc", "--quiet", "--release", "--offline"])
            .args([
                "--example",
                "memory",
                "--features",
                features,
                "--target-dir",
            ])
            .arg(&target)
            .args(["--", "-C", &format!("strip={strip}")])
            .env("PYO3_PYTHON", env!("PYPTR_PYTHON"))
            .env_remove("CARGO_BUILD_TARGET");
        let status = cargo.status().expect("cargo runs");
        assert!(status.success(), "examples/memory.rs does not compile");
        fs::read(target.join("release/examples").join(file())).expect("a library")
    }
}

/// What the hook of a library says to a Python process.
fn hook_of(library: &[u8]) -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("imported");
    fs::create_dir_all(&directory).expect("the target directory is writable");
    let suffix = if cfg!(windows) { "pyd" } else { "so" };
    fs::write(directory.join(format!("memory.{suffix}")), library).expect("it is writable");
    let script = "import memory\nassert memory.append('left ') == 'left right'\n\
                  snapshot = memory.__pyptr_ledger__('snapshot')\n\
                  print({key: snapshot[key] for key in ('version', 'held', 'misuses')})";
    let output = Command::new(env!("PYPTR_PYTHON"))
        .args(["-c", script])
        .current_dir(&directory)
        .output()
        .expect("the interpreter runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn file() -> String {
    format!(
        "{}memory{}",
        env::consts::DLL_PREFIX,
        env::consts::DLL_SUFFIX
    )
}

/// The library without the feature, and the same with it.
fn compare_with_ledger(off: &[u8], on: &[u8]) {
    // The module's symbols, the function for Python and a text of its own, the lines of the user's code.
    for text in [
        "5pyptr6ledger",
        "__pyptr_ledger__",
        "use_after_release",
        "examples/memory.rs",
    ] {
        let is_in = |library: &[u8]| {
            library
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        assert!(!is_in(off), "{text:?} is in the library without");
        assert!(is_in(on), "{text:?} is not in the library with the ledger");
    }
    assert_eq!(hook_of(on), "{'version': 1, 'held': [], 'misuses': 0}");
    println!("{} bytes without, {} with", off.len(), on.len());
}

/// Makes sources of which `cfg(feature = "ledger")` has nothing to say any more: the attributes on functions
/// are gone. Lines keep their numbers.
fn without_text(directory: &Path) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            without_text(&path);
            continue;
        }
        let text = fs::read_to_string(&path).expect("a text");
        let text = text.replace("#[cfg_attr(feature = \"ledger\", track_caller)]", "//");
        fs::write(&path, text).expect("the copy is writable");
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("the target directory is writable");
        for entry in fs::read_dir(from).expect("a directory") {
            let entry = entry.expect("an entry");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).expect("the target directory is writable");
    }
}

/// Nor is it another library than that of sources that do not know of the ledger: the same, byte for byte.
#[test]
fn nothing_of_the_ledger_is_in_a_library_without_it() {
    let copy = Copy::new();
    let on = copy.library("debuginfo", "ledger");
    compare_with_ledger(&copy.library("debuginfo", ""), &on);
    // A symbol's name has a hash of the sources in it.
    let with_text = copy.library("symbols", "");
    without_text(&copy.root.join("src"));
    fs::remove_dir_all(copy.root.join("src/ledger/on")).expect("the copy is writable");
    fs::remove_file(copy.root.join("src/testing.rs")).expect("the copy is writable");
    let without_text = copy.library("symbols", "");
    assert!(with_text == without_text, "the libraries differ");
}
