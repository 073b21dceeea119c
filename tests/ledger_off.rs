//! Without the feature nothing of the ledger is in a library: no symbol, no text. With it, it is.
//!
//! That pointers are one word then and that code has not an instruction more is shown by
//! tests/codegen.rs, which builds without the feature whatever features the tests have.

mod nested;

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use nested::Nested;

/// The `memory` example as a library, with its symbols.
fn library(name: &str, default: &str) -> Vec<u8> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/memory.rs");
    let nested = Nested::new(
        name,
        &format!(
            "[lib]\nname = \"memory\"\npath = {source:?}\ncrate-type = [\"cdylib\"]\n\n\
             [features]\ndefault = [{default}]\n\n\
             [profile.release]\nstrip = \"debuginfo\"\n"
        ),
    );
    let status = nested.cargo(&["build", "--quiet", "--release"]).status();
    assert!(
        status.expect("cargo runs").success(),
        "examples/memory.rs does not compile"
    );
    fs::read(nested.target_dir().join("release").join(file())).expect("a library")
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

#[test]
fn nothing_of_the_ledger_is_in_a_library_without_it() {
    let off = library("library_off", "");
    let on = library("library_on", "\"pyptr/ledger\"");
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
        assert!(!is_in(&off), "{text:?} is in the library without");
        assert!(is_in(&on), "{text:?} is not in the library with the ledger");
    }
    assert_eq!(hook_of(&on), "{'version': 1, 'held': [], 'misuses': 0}");
    println!("{} bytes without, {} with", off.len(), on.len());
}

/// A copy of the crate, in which `cfg(feature = "ledger")` has nothing to say any more: the attributes on
/// functions are gone, and so are the files behind the feature. It keeps its line numbers.
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

/// The same library, byte for byte, as from sources without the ledger.
#[test]
fn the_library_is_the_same_without_the_text_of_the_ledger() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crate_copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library_text");
    let build = || {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let target = crate_copy.join("target");
        cargo
            .current_dir(&crate_copy)
            .args([
                "build",
                "--quiet",
                "--release",
                "--offline",
                "--example",
                "memory",
            ])
            .args(["--config", "profile.release.strip=true", "--target-dir"])
            .arg(&target)
            .env("PYO3_PYTHON", env!("PYPTR_PYTHON"))
            .env_remove("CARGO_BUILD_TARGET");
        assert!(cargo.status().expect("cargo runs").success());
        fs::read(target.join("release/examples").join(file())).expect("a library")
    };
    // What another version of the sources has left there must not be built.
    for stale in ["src", "examples", "benches", "tests"] {
        let _ = fs::remove_dir_all(crate_copy.join(stale));
    }
    for item in [
        "src",
        "examples",
        "benches",
        "tests",
        "build.rs",
        "Cargo.toml",
        "Cargo.lock",
    ] {
        copy(&root.join(item), &crate_copy.join(item));
    }
    let with_text = build();
    without_text(&crate_copy.join("src"));
    fs::remove_dir_all(crate_copy.join("src/ledger/on")).expect("the copy is writable");
    fs::remove_file(crate_copy.join("src/testing.rs")).expect("the copy is writable");
    let without_text = build();
    assert!(with_text == without_text, "the libraries differ");
}
