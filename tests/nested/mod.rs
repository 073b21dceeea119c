//! A crate that a test generates under the target directory, and cargo run on it.
#![allow(dead_code)] // Each test binary has this module for itself.

pub mod copied;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A generated crate that depends on this one.
pub struct Nested {
    dir: PathBuf,
}

impl Nested {
    /// Writes the crate `name`, its manifest ending in `targets`: target and profile tables whose paths
    /// are absolute.
    pub fn new(name: &str, targets: &str) -> Nested {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&dir).expect("the target directory is writable");
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\npyptr = {{ path = {root:?} }}\n\n\
             [workspace]\n\n{targets}"
        );
        put(&dir.join("Cargo.toml"), manifest.as_bytes());
        // The same versions as outside, which are downloaded already.
        let lock = fs::read(root.join("Cargo.lock")).expect("a Cargo.lock");
        put(&dir.join("Cargo.lock"), &lock);
        Nested { dir }
    }

    /// [`cargo`] with `arguments`, to run in the crate.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(&self.dir).args(arguments);
        cargo
    }
}

/// rustc, for what the tests were built for, with the linker that cargo has for that.
pub fn rustc() -> Command {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    if let Some(target) = CROSS {
        rustc.args(["--target", target]);
        let name = target.to_uppercase().replace('-', "_");
        if let Ok(linker) = env::var(format!("CARGO_TARGET_{name}_LINKER")) {
            rustc.arg(format!("-Clinker={linker}"));
        }
    }
    rustc
}

/// Writes a file, unless it has this content already. Another process or thread that runs the same test, and reads the
/// file meanwhile, finds the whole of it.
pub fn put(path: &Path, content: &[u8]) {
    if fs::read(path).ok().as_deref() == Some(content) {
        return;
    }
    let thread = std::thread::current().id();
    let new = path.with_extension(format!("new-{}-{thread:?}", std::process::id()));
    fs::write(&new, content).expect("the target directory is writable");
    fs::rename(&new, path).expect("a new file in the place of the old one");
}

/// What the tests were built for, if cargo runs somewhere else.
pub const CROSS: Option<&str> = match env!("PYPTR_TARGET") {
    target if is_same(target, env!("PYPTR_HOST")) => None,
    target => Some(target),
};

const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

/// `cargo`: offline, for the interpreter and the target that this test was built for, in [`target_dir`].
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .arg("--offline")
        .env("CARGO_TARGET_DIR", target_dir())
        .env("PYO3_PYTHON", env!("PYPTR_PYTHON"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TERM_COLOR", "never");
    // Results are looked for in [`built`].
    match CROSS {
        Some(target) => cargo.env("CARGO_BUILD_TARGET", target),
        None => cargo.env_remove("CARGO_BUILD_TARGET"),
    };
    cargo
}

/// Where [`cargo`] puts what it builds: `path` begins with the profile, such as `release/examples`.
pub fn built(path: &str) -> PathBuf {
    target_dir().join(CROSS.unwrap_or("")).join(path)
}

/// A program, to run as cargo would: by the runner of the target, if one is set.
pub fn program(path: &Path) -> Command {
    let target = env!("PYPTR_TARGET").to_uppercase().replace(['-', '.'], "_");
    let runner = env::var(format!("CARGO_TARGET_{target}_RUNNER")).unwrap_or_default();
    let mut words = runner.split_whitespace();
    let Some(first) = words.next() else {
        return Command::new(path);
    };
    let mut command = Command::new(first);
    command.args(words).arg(path);
    command
}

/// One for all crates that tests build, so that what they depend on is built once. The outer cargo has results of
/// the same names.
pub fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("nested")
}

/// The environment in which a generated program finds libpython.
pub fn library_path() -> Option<(&'static str, String)> {
    let variable = match env::consts::OS {
        "macos" => "DYLD_LIBRARY_PATH",
        "windows" => return None,
        _ => "LD_LIBRARY_PATH",
    };
    let script = "import sysconfig; print(sysconfig.get_config_var('LIBDIR') or '')";
    let output = Command::new(env!("PYPTR_PYTHON"))
        .args(["-c", script])
        .output();
    let output = output.expect("the interpreter runs");
    Some((
        variable,
        String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    ))
}
