//! Runs the tests in `tests/python` with pytest, on the interpreter that this build is for.
//!
//! pytest is installed into an environment of its own under `target/`. The extension modules are the
//! examples, built on the spot in this test's own profile.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

#[test]
fn pytest_passes() {
    let profile = profile_directory();
    let modules = profile.join("pyptr-modules");
    fs::create_dir_all(&modules).expect("a directory for the modules");
    install_module(&profile, &modules, "memory");
    install_leaky(&profile, &modules);
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/src");
    let path = env::join_paths([&modules, &plugin]).expect("paths without a colon");

    let python = environment(&profile);
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let status = Command::new(python)
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .arg(tests)
        // Python looks for modules in the current directory first: not where a user's own copy may lie.
        .current_dir(&modules)
        .env("PYTHONPATH", path)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .status()
        .expect("python runs");
    assert!(status.success(), "pytest failed: its output is above");
}

/// `target/debug`, or wherever this test was built to.
fn profile_directory() -> PathBuf {
    let executable = env::current_exe().expect("the test knows its own path");
    let deps = executable
        .parent()
        .expect("the executable is in a directory");
    deps.parent()
        .expect("`deps` is in the profile's directory")
        .to_owned()
}

/// Builds an example's library and copies it to where `import` finds it.
fn install_module(profile: &Path, modules: &Path, name: &str) {
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
    copy_module(profile, modules, name);
}

/// Builds the example with planted bugs as one would ship it but for the feature: release, stripped. In a
/// directory of its own, since the feature changes every crate in the other one.
fn install_leaky(profile: &Path, modules: &Path) {
    let target = profile.join("pyptr-ledger");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--release", "--features", "ledger"])
        .args(["--example", "leaky", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .env("CARGO_PROFILE_RELEASE_STRIP", "true");
    run(&mut cargo);
    copy_module(&target.join("release"), modules, "leaky");
}

fn copy_module(profile: &Path, modules: &Path, name: &str) {
    let library = env::consts::DLL_PREFIX.to_owned() + name + env::consts::DLL_SUFFIX;
    let suffix = if cfg!(windows) { ".pyd" } else { ".so" };
    let module = modules.join(format!("{name}{suffix}"));
    fs::copy(profile.join("examples").join(library), module).expect("the module is copied");
}

/// The interpreter of an environment with pytest, made on first use.
fn environment(profile: &Path) -> PathBuf {
    let base = env!("PYPTR_PYTHON");
    // One environment for each interpreter: the target directory may have served others before.
    let identity = Command::new(base)
        .args(["-c", "import sys, hashlib; print(hashlib.sha1((sys.executable + sys.version).encode()).hexdigest()[:12])"])
        .output()
        .expect("the interpreter of this build runs");
    let identity = String::from_utf8(identity.stdout).expect("a hexadecimal number");
    let directory = profile.join(format!("pyptr-pytest-{}", identity.trim()));
    let python = match cfg!(windows) {
        true => directory.join("Scripts").join("python.exe"),
        false => directory.join("bin").join("python3"),
    };
    let has_pytest = |python: &Path| {
        let output = Command::new(python)
            .args(["-c", "import pytest, xdist"])
            .output();
        output.is_ok_and(|output| output.status.success())
    };
    if !has_pytest(&python) {
        run(Command::new(base)
            .args(["-m", "venv", "--clear"])
            .arg(&directory));
        run(Command::new(&python).args([
            "-m",
            "pip",
            "install",
            "-q",
            "pytest>=8",
            "pytest-xdist",
        ]));
    }
    python
}

fn run(command: &mut Command) {
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}
