//! Without the feature nothing of the ledger is in a library: no symbol, no text. With it, it is.
//!
//! That pointers are one word then and that code has not an instruction more is shown by
//! tests/codegen.rs, which builds without the feature whatever features the tests have.

mod nested;

use std::env;

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
    let file = format!(
        "{}memory{}",
        env::consts::DLL_PREFIX,
        env::consts::DLL_SUFFIX
    );
    std::fs::read(nested.target_dir().join("release").join(file)).expect("a library")
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
    println!("{} bytes without, {} with", off.len(), on.len());
}
