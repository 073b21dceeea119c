//! Runs the tests in `tests/python` with pytest, on the interpreter that this build is for.
//!
//! pytest is installed into an environment of its own under `target/`. The extension modules are the
//! examples, built on the spot in this test's own profile, or with the ledger as they are shipped.
//!
//! `PYPTR_TEST_PYTHON="test_memory.py test_small.py"` runs these files alone: most of the time goes to the tests of
//! the pytest plugin.

mod modules;
mod nested;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use modules::{copy_module, install_module, profile_directory, run};
use nested::copied::{Copied, SHIPPED};

/// What changes how pytest reports, when whoever runs these tests has it set, as CI servers do: some tests
/// compare reports.
const OUTSIDE: [&str; 8] = [
    "BUILD_NUMBER",
    "CI",
    "COLUMNS",
    "FORCE_COLOR",
    "NO_COLOR",
    "PY_COLORS",
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
];

/// The tests of extension modules without the ledger, or which do not need it.
const WITHOUT_LEDGER: [&str; 5] = [
    "test_date.py",
    "test_lru.py",
    "test_manual.py",
    "test_memory.py",
    "test_small.py",
];
/// Examples whose tests run under `pytest --refs` and `--refs-faults` as well: with the ledger, if anything needs it.
const CHECKED: [&str; 3] = ["date", "lru", "manual"];

/// The files that are asked for, or none for all.
fn chosen() -> Vec<String> {
    let chosen = env::var("PYPTR_TEST_PYTHON").unwrap_or_default();
    chosen.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn pytest_passes() {
    let profile = profile_directory();
    let modules = profile.join("pyptr-modules");
    fs::create_dir_all(&modules).expect("a directory for the modules");
    install_module(&profile, &modules, "memory");
    install_module(&profile, &modules, "small");
    let chosen = chosen();
    let without = |name: &String| WITHOUT_LEDGER.contains(&name.as_str());
    if !chosen.is_empty() && chosen.iter().all(without) {
        for name in CHECKED {
            install_module(&profile, &modules, name);
        }
    } else {
        let faulty = ["leaky", "slips", "raw", "faulty", "classes"];
        install_with_ledger(&modules, &[&faulty[..], &CHECKED].concat());
    }
    let python = environment(&profile);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = [&modules, &root.join("python/src")];
    let path = env::join_paths(path).expect("paths without a colon");

    let tests = root.join("tests/python");
    let files = match chosen.is_empty() {
        true => vec![tests],
        false => chosen.iter().map(|name| tests.join(name)).collect(),
    };
    let mut pytest = Command::new(python);
    for name in OUTSIDE {
        pytest.env_remove(name);
    }
    let status = pytest
        .args([
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--durations=15",
        ])
        .args(files)
        // Python looks for modules in the current directory first: not where a user's own copy may lie.
        .current_dir(&modules)
        .env("PYTHONPATH", path)
        // Hundreds of processes import the same: their bytecode is kept, and the sources are left alone.
        .env_remove("PYTHONDONTWRITEBYTECODE")
        .env("PYTHONPYCACHEPREFIX", profile.join("pyptr-bytecode"))
        .env("PYPTR_NESTED", nested::target_dir())
        .env("PYO3_PYTHON", env!("PYPTR_PYTHON"))
        .status()
        .expect("python runs");
    assert!(status.success(), "pytest failed: its output is above");
}

/// Builds examples with the ledger as one would ship them but for the feature: release, stripped.
fn install_with_ledger(modules: &Path, names: &[&str]) {
    let copied = Copied::new(SHIPPED);
    let mut cargo = copied.cargo(&["build", "--quiet", "--release", "--features", "ledger"]);
    cargo.args(names.iter().flat_map(|name| ["--example", name]));
    run(&mut cargo);
    for name in names {
        copy_module(
            &nested::target_dir().join("release/examples"),
            modules,
            name,
        );
    }
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
        let venv = |pip: &[&str]| {
            run(Command::new(base)
                .args(["-m", "venv", "--clear"])
                .args(pip)
                .arg(&directory));
        };
        let install = |pip: &mut Command| {
            pip.args(["install", "-q", "pytest>=8", "pytest-xdist"])
                .status()
                .is_ok_and(|status| status.success())
        };
        // The interpreter's own pip, if it has one that can: to unpack another one takes longer than the rest.
        venv(&["--without-pip"]);
        let mut pip = Command::new(base);
        pip.args(["-m", "pip", "--python"]).arg(&python);
        if !install(pip.stderr(Stdio::null())) {
            venv(&[]);
            let installed = install(Command::new(&python).args(["-m", "pip"]));
            assert!(installed, "pytest cannot be installed");
        }
    }
    python
}
