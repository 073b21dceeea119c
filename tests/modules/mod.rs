//! The examples as extension modules, built on the spot in this test's own profile.
#![allow(dead_code)] // Each test binary has this module for itself.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// `target/debug`, or wherever this test was built to.
pub fn profile_directory() -> PathBuf {
    let executable = env::current_exe().expect("the test knows its own path");
    let deps = executable
        .parent()
        .expect("the executable is in a directory");
    deps.parent()
        .expect("`deps` is in the profile's directory")
        .to_owned()
}

/// Builds an example's library and copies it to where `import` finds it.
pub fn install_module(profile: &Path, modules: &Path, name: &str) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--example", name]);
    cargo
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    cargo.arg("--target-dir").arg(
        profile
            .parent()
            .expect("the profile is in the target directory"),
    );
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    run(&mut cargo);
    copy_module(&profile.join("examples"), modules, name);
}

/// Copies a library to where `import` finds it.
pub fn copy_module(built: &Path, modules: &Path, name: &str) {
    let library = env::consts::DLL_PREFIX.to_owned() + name + env::consts::DLL_SUFFIX;
    let suffix = if cfg!(windows) { ".pyd" } else { ".so" };
    let module = modules.join(format!("{name}{suffix}"));
    fs::copy(built.join(library), module).expect("the module is copied");
}

pub fn run(command: &mut Command) {
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}
