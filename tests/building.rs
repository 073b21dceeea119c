//! What the build script does about interpreters and dependencies that are not as it needs them: it makes them do, or
//! stops with one sentence that says what to set. Where the linker finds a libpython of the same version by itself, that of a
//! distribution, the two about libraries show nothing.

#[cfg(target_os = "linux")]
#[path = "building/abort.rs"]
mod abort;
#[cfg(target_os = "linux")]
#[path = "building/chapter.rs"]
mod chapter;
#[cfg(target_os = "linux")]
#[path = "building/linkers.rs"]
mod linkers;
mod nested;
#[cfg(target_os = "linux")]
#[path = "building/plugin.rs"]
mod plugin;

use std::env;
use std::path::Path;
use std::process::Command;

#[cfg(target_os = "linux")]
use nested::CROSS;
use nested::{Nested, put, target_dir};

const PROGRAM: &str = "fn main() {
    pyptr::Python::initialize();
    pyptr::Python::attach(|py| assert!(pyptr::types::PyInt::new(py, 1).is_ok()));
    println!(\"it runs\");
}
";

/// A crate with a program, and `more` in its manifest. It is built in a directory of its own: another interpreter would
/// have what the other tests build there built again.
fn crate_with(name: &str, more: &str) -> Nested {
    let main = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.rs"));
    put(&main, PROGRAM.as_bytes());
    Nested::new(
        name,
        &format!("[[bin]]\nname = {name:?}\npath = {main:?}\n\n{more}"),
    )
}

fn built_apart(nested: &Nested, arguments: &[&str]) -> Command {
    let mut cargo = nested.cargo(arguments);
    cargo.env("CARGO_TARGET_DIR", target_dir().with_file_name("building"));
    cargo
}

/// What the command has printed; it succeeds.
#[cfg(target_os = "linux")]
fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What [`built_apart`] has built.
#[cfg(target_os = "linux")]
fn made_apart(name: &str) -> std::path::PathBuf {
    let target = target_dir().with_file_name("building");
    target.join(CROSS.unwrap_or("")).join("debug").join(name)
}

/// For a free-threaded interpreter, `abi3` has no effect: pyo3-ffi gives the full API there.
#[test]
fn the_limited_api_is_refused() {
    let limited = "[dependencies.pyo3-ffi]\nversion = \"0.30\"\nfeatures = [\"abi3-py310\"]\n";
    let nested = crate_with("limited", limited);
    let output = built_apart(&nested, &["check", "-q"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    if cfg!(Py_GIL_DISABLED) {
        assert!(output.status.success(), "{text}");
        return;
    }
    assert!(!output.status.success());
    let said: Vec<_> = text
        .lines()
        .filter(|line| line.contains("pyptr "))
        .collect();
    let told = |what: &str| said.iter().any(|line| line.contains(what));
    assert!(told("remove the feature abi3"), "{text}");
    assert!(!told("PYO3_PYTHON"), "{text}");
}

#[cfg(target_os = "linux")]
mod libraries {
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::{env, fs};

    use super::nested::{library_path, put};
    use super::{built_apart, crate_with};

    /// The interpreter, but that `code` has run in it before anything else does.
    fn python_after(name: &str, code: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;

        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&dir).unwrap();
        let python = dir.join("python3");
        let code = format!("import sys, sysconfig\nsys.executable = {python:?}\n{code}\n");
        put(&dir.join("sitecustomize.py"), code.as_bytes());
        let script = format!(
            "#!/bin/sh\nPYTHONPATH={:?} exec {:?} \"$@\"\n",
            dir,
            env!("PYPTR_PYTHON")
        );
        put(&python, script.as_bytes());
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        python
    }

    /// The file of libpython, if it is a shared one.
    fn shared_library() -> Option<PathBuf> {
        let script = "import sysconfig as s; print(s.get_config_var('INSTSONAME') or '')";
        let output = Command::new(env!("PYPTR_PYTHON"))
            .args(["-c", script])
            .output();
        let name = String::from_utf8(output.unwrap().stdout).unwrap();
        let (_, directory) = library_path()?;
        let path = Path::new(&directory).join(name.trim());
        (path.is_file() && name.contains(".so")).then_some(path)
    }

    fn runs_with(name: &str, code: &str) {
        let nested = crate_with(name, "");
        let mut cargo = built_apart(&nested, &["run", "-q"]);
        cargo.env("PYO3_PYTHON", python_after(&format!("{name}_python"), code));
        let output = cargo.envs(library_path()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "it runs\n");
    }

    /// An interpreter that was moved says that its library is where it was.
    #[test]
    fn a_directory_that_is_gone() {
        if shared_library().is_none() {
            return println!("skipped: no shared libpython");
        }
        runs_with(
            "moved",
            "sysconfig.get_config_vars()['LIBDIR'] = '/nowhere/lib'",
        );
    }

    /// Debian's has the library, but not under the name for the linker, without its package for development.
    #[test]
    fn a_library_without_a_name_for_the_linker() {
        let Some(library) = shared_library() else {
            return println!("skipped: no shared libpython");
        };
        let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("undeveloped_prefix");
        fs::create_dir_all(prefix.join("lib")).unwrap();
        let link = prefix.join("lib").join(library.file_name().unwrap());
        if !link.exists() {
            std::os::unix::fs::symlink(&library, link).unwrap();
        }
        let code = format!(
            "sys.base_prefix = {prefix:?}\n\
         sysconfig.get_config_vars()['LIBDIR'] = {:?}",
            prefix.join("lib")
        );
        runs_with("undeveloped", &code);
    }
}
