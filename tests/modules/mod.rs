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

/// `cargo` with a command, in this package, for what this test was built for: results go to `profile`.
pub fn cargo_in(profile: &Path, command: &[&str]) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(command)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("CARGO_BUILD_TARGET");
    let directory = profile.parent().expect("a profile is in a directory");
    // A directory of the target's name, if cargo was told of one.
    let directory = match directory.parent() {
        Some(target) if directory.ends_with(env!("PYPTR_TARGET")) => {
            cargo.args(["--target", env!("PYPTR_TARGET")]);
            target
        }
        _ => directory,
    };
    cargo.arg("--target-dir").arg(directory);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    cargo
}

/// Builds an example's library and copies it to where `import` finds it.
pub fn install_module(profile: &Path, modules: &Path, name: &str) {
    run(&mut cargo_in(
        profile,
        &["build", "--quiet", "--example", name],
    ));
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
