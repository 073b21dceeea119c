//! The ledger's own tests need its feature. Plain `cargo test` runs them, too: here.
#![cfg(not(feature = "ledger"))]

use std::env;
use std::path::Path;
use std::process::Command;

#[test]
fn the_tests_with_the_feature_pass() {
    // A target directory of its own, which the outer cargo does not lock.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ledger_on");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--offline", "--features", "ledger"])
        .args(["--test", "ledger", "--test", "ledger_given"])
        .args(["--", "--test-threads=1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", target)
        .env("PYO3_PYTHON", env!("PYPTR_PYTHON"))
        .env("CARGO_INCREMENTAL", "0")
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
