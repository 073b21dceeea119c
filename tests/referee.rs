//! CPython's own tests of its C API judge pyptr: its functions (`tests/extensions/testcapi`, no `unsafe`) take the
//! place of those in `_testcapi` and `_testlimitedcapi` while the tests of list, tuple, dict, set, bytes, bytearray
//! and float run that the interpreter of this build ships.
//!
//! `tests/referee/fallbacks.py` lists what CPython's functions still do, and why; the run prints it. It fails on a
//! function that stands in no list, and on an entry that is never used.
//!
//! From 3.13 on there are all seven files, 3.12 has no `test_tuple`, and older ones have none. Some distributions leave them out
//! altogether. What is not there is said to be skipped.

mod modules;

use std::fs;
use std::path::Path;
use std::process::Command;

use modules::{install_module, profile_directory};

const SUBJECTS: [&str; 7] = [
    "list",
    "tuple",
    "dict",
    "set",
    "bytes",
    "bytearray",
    "float",
];

/// Runs what is shipped of the seven files, and says how.
fn run_tests(modules: &Path) -> serde_json::Value {
    let result = modules.join("result.json");
    let _ = fs::remove_file(&result);
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/referee/run.py");
    // Its output is not captured: what fell back is said in every run.
    let status = Command::new(env!("PYPTR_PYTHON"))
        .arg(runner)
        .args([modules, &result])
        .current_dir(modules)
        .env_remove("PYTHONDONTWRITEBYTECODE")
        .env("PYTHONPYCACHEPREFIX", modules.join("bytecode"))
        .status()
        .expect("the interpreter of this build runs");
    assert!(status.success(), "{status}: the output is above");
    let text = fs::read_to_string(result).expect("the run has a result");
    serde_json::from_str(&text).expect("JSON")
}

/// The files of tests that the interpreter has, and can run: found without running them.
fn shipped() -> Vec<&'static str> {
    let code = "import _testcapi, _testinternalcapi, pathlib, test\n\
                for file in pathlib.Path(test.__path__[0], 'test_capi').glob('test_*.py'): print(file.stem)";
    let output = Command::new(env!("PYPTR_PYTHON"))
        .args(["-c", code])
        .output()
        .expect("the interpreter runs");
    // Empty after an ImportError.
    let output = String::from_utf8_lossy(&output.stdout);
    let has = |subject: &&str| {
        let file = format!("test_{subject}");
        output.lines().any(|line| line == file)
    };
    SUBJECTS.into_iter().filter(has).collect()
}

#[test]
fn cpythons_own_tests_pass() {
    let profile = profile_directory();
    let modules = profile.join("pyptr-referee");
    fs::create_dir_all(&modules).expect("a directory for the module");
    install_module(&profile, &modules, "testcapi");
    let result = run_tests(&modules);

    assert_eq!(result["passed"], true, "see the output above");
    let shipped = shipped();
    for subject in SUBJECTS {
        let ran = &result["ran"][subject];
        assert_eq!(shipped.contains(&subject), !ran.is_null(), "test_{subject}");
        if !ran.is_null() {
            let tests = ran["run"].as_u64();
            assert!(tests > Some(5), "test_{subject}: {tests:?} tests");
            let skipped = ran["skipped"].as_array().expect("a list");
            // What C checks in debug builds alone.
            let skipped = skipped.iter().filter(|why| {
                let why = why.as_str().expect("text");
                !why.ends_with(": need Py_DEBUG")
            });
            let skipped: Vec<_> = skipped.collect();
            assert!(skipped.is_empty(), "test_{subject}: {skipped:?}");
        }
    }
    let fell_back = result["fell_back"].as_array().expect("a list");
    assert!(fell_back.len() <= 2, "{fell_back:?} have no counterpart");
}
