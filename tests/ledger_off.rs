//! Without the feature nothing of the ledger is in a library: no symbol, no text. With it, it is.
//!
//! That pointers are one word then and that code has not an instruction more is shown by
//! tests/codegen.rs, which builds without the feature whatever features the tests have.

mod nested;

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use nested::copied::{Copied, SHIPPED};

/// The `memory` example as a library without debug information, or without symbols as well.
fn library(copied: &Copied, strip: &str, features: &str) -> Vec<u8> {
    let mut cargo = copied.cargo(&["rustc", "--quiet", "--release", "--example", "memory"]);
    cargo
        .args(["--features", features, "--", "-C"])
        .arg(format!("strip={strip}"));
    let status = cargo.status().expect("cargo runs");
    assert!(status.success(), "examples/memory.rs does not compile");
    fs::read(nested::built("release/examples").join(file())).expect("a library")
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

/// Nor is it another library than that of sources that do not know of the ledger: the same, byte for byte.
#[test]
fn nothing_of_the_ledger_is_in_a_library_without_it() {
    // The copy that tests/python.rs ships, and one to change: libraries are the same only if their sources have
    // one path.
    let on = library(&Copied::new(SHIPPED), "debuginfo", "ledger");
    let copied = Copied::new("library_text");
    compare_with_ledger(&library(&copied, "debuginfo", ""), &on);
    // A symbol's name has a hash of the sources in it.
    let with_text = library(&copied, "symbols", "");
    let src = copied.root().join("src");
    without_text(&src);
    fs::remove_dir_all(src.join("ledger/on")).expect("the copy is writable");
    for entry in fs::read_dir(src.join("testing")).expect("a directory") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => fs::remove_dir_all(path).expect("the copy is writable"),
            false if path.ends_with("off.rs") => {}
            false => fs::remove_file(path).expect("the copy is writable"),
        }
    }
    let without_text = library(&copied, "symbols", "");
    assert!(with_text == without_text, "the libraries differ");
}
