//! The ledger's own tests need its feature. Plain `cargo test` runs them, too: here.
#![cfg(not(feature = "ledger"))]

mod modules;

use modules::{cargo_in, profile_directory};

#[test]
fn the_tests_with_the_feature_pass() {
    // The outer cargo's, with what the tests depend on: it does not lock it while tests run. And its interpreter.
    let test = ["test", "--offline", "--features", "ledger"];
    let output = cargo_in(&profile_directory(), &test)
        .args(["--test", "ledger"])
        .args(["--test", "ledger_cycles", "--test", "ledger_given"])
        .args(["--", "--test-threads=1"])
        .env("CARGO_TERM_COLOR", "never")
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let passed = text
        .lines()
        .filter(|line| line.starts_with("test ") && line.ends_with(" ... ok"))
        .count();
    assert!(
        output.status.success() && passed > 0,
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
