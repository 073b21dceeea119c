//! The tests of this folder again, under valgrind where it is installed. It sees what does not crash: a read of
//! what was released just now.

use std::process::Command;

use crate::common::attached;
use crate::totals::counts_all_references;

/// Set for the tests under valgrind.
const INSIDE: &str = "PYPTR_TEST_VALGRIND";

#[test]
fn valgrind_finds_no_error() {
    if std::env::var_os(INSIDE).is_some() {
        return;
    }
    if cfg!(Py_GIL_DISABLED) || attached(counts_all_references) {
        println!("skipped: a build with an allocator, or with checks, of its own");
        return;
    }
    let program = std::env::current_exe().expect("the path of this program");
    let child = Command::new("valgrind")
        .args(["--error-exitcode=99", "--leak-check=no"])
        // The interpreter itself computes with bytes that it has not set, if only to ignore the result.
        .arg("--undef-value-errors=no")
        .arg(program)
        .args(["mutation::", "--test-threads=1"])
        .env(INSIDE, "1")
        // Each block by itself, so that valgrind knows when it is released.
        .env("PYTHONMALLOC", "malloc")
        .output();
    let Ok(output) = child else {
        println!("skipped: no valgrind");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("test result: ok"), "{text}");
    assert!(errors.contains("ERROR SUMMARY: 0 errors"), "{errors}");
}
