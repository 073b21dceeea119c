//! Interpreters that do not start, and exit handlers that end in unusual ways.

use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::Command;
use std::{env, fs, thread};

use pyptr::{AttachError, InitializeError, PyConfig, Python};

#[cfg(unix)]
use crate::VARIABLE;
use crate::embed::run;
use crate::support::panic_of;

/// CPython's words, and neither an abort nor an interpreter.
pub fn a_home_that_is_none() {
    let error = PyConfig::new().home("/nowhere").initialize().unwrap_err();
    let InitializeError::Status {
        message, exception, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert!(message.contains("encoding"), "{message}");
    let exception = exception.as_deref().unwrap();
    assert!(
        exception.starts_with("ModuleNotFoundError: No module named 'encodings'"),
        "{exception}"
    );
    let text = error.to_string();
    assert!(text.starts_with("Python cannot start: "), "{text}");
    assert!(
        text.ends_with(&format!("{message} ({exception})")),
        "{text}"
    );
    assert_eq!(error.exit_status(), None);
    assert_eq!(
        Python::try_attach(|_| ()),
        Err(pyptr::AttachError::NotInitialized)
    );
    assert_eq!(
        thread::spawn(|| Python::try_attach(|_| ())).join().unwrap(),
        Err(pyptr::AttachError::NotInitialized)
    );
    assert_eq!(PyConfig::new().initialize(), Err(error.clone()));
    assert_eq!(panic_of(Python::initialize), error.to_string());
    Python::run_exit_handlers();
}

/// CPython says that an interpreter is initialised, although it has given its start up: for this crate there is none.
pub fn a_site_that_fails() {
    let directory =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("site-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    fs::write(
        directory.join("sitecustomize.py"),
        "raise SystemExit('not today')",
    )
    .unwrap();
    // SAFETY: the process has one thread.
    unsafe { env::set_var("PYTHONPATH", &directory) };
    let error = PyConfig::new().initialize().unwrap_err();
    fs::remove_dir_all(directory).unwrap();
    let InitializeError::Status { exception, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(exception.as_deref(), Some("SystemExit: not today"));
    assert_eq!(Python::try_attach(|_| ()), Err(AttachError::NotInitialized));
    assert_eq!(
        thread::spawn(|| Python::try_attach(|_| ())).join().unwrap(),
        Err(AttachError::NotInitialized)
    );
    assert_eq!(PyConfig::new().initialize(), Err(error.clone()));
    assert_eq!(panic_of(Python::initialize), error.to_string());
    Python::run_exit_handlers();
    // SAFETY: there is nothing to finalise, and nothing that is used afterwards.
    assert!(unsafe { Python::finalize() });
}

/// CPython would start without it. Nothing has been tried yet.
pub fn a_virtual_environment_that_is_none() {
    let error = PyConfig::new().venv("/nowhere").initialize().unwrap_err();
    assert_eq!(error, InitializeError::NoVenv(PathBuf::from("/nowhere")));
    assert_eq!(
        error.to_string(),
        "there is no virtual environment in /nowhere"
    );
    PyConfig::new().initialize().unwrap();
}

fn exits(status: i32) {
    std::process::exit(status)
}

pyptr::module! {
    mod ending {
        fn handlers() = Python::run_exit_handlers;
        fn exits(status);
    }
}

/// A function that is called at the end has the others called, or ends the program: each is called once.
pub fn handlers_that_run_handlers() {
    ending().append_to_inittab();
    Python::initialize();
    run(c"import atexit, ending
seen = []
atexit.register(seen.append, 3)
atexit.register(ending.handlers)
atexit.register(seen.append, 2)
atexit.register(ending.handlers)
atexit.register(seen.append, 1)");
    Python::run_exit_handlers();
    run(c"assert seen == [1, 2, 3], seen");
}

pub fn exits_in_a_handler() {
    ending().append_to_inittab();
    Python::initialize();
    run(c"import atexit, ending, sys
atexit.register(print, 'not any more')
atexit.register(ending.exits, 6)
print('first', end=' ')
atexit.register(print, 'second')");
    Python::run_exit_handlers();
}

#[cfg(unix)]
pub fn exit_in_a_handler() {
    let output = Command::new(env::current_exe().unwrap())
        .env(VARIABLE, "failed_start::exits_in_a_handler")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "first second\n");
}
