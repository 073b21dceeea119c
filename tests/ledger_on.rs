//! The ledger's own tests need its feature. Plain `cargo test` runs them, too: here.
#![cfg(not(feature = "ledger"))]

use std::env;
use std::path::Path;
use std::process::Command;

#[test]
fn the_tests_with_the_feature_pass() {
    // The outer cargo's, with what the tests depend on: it does not lock it while tests run. And its interpreter.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--offline", "--features", "ledger"])
        .args([
            "--test",
            "ledger",
            "--test",
            "ledger_cycles",
            "--test",
            "ledger_given",
        ])
        .args(["--", "--test-threads=1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", target.expect("target/tmp is in target"))
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
