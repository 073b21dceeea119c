//! `panic = "abort"`: what the guide's chapter `errors` says of it, for an extension module and for a program.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use crate::nested::{Nested, library_path, put};
use crate::{built_apart, made_apart, succeeds};

const LIBRARY: &str = "use std::num::ParseIntError;

fn parsed(text: &str) -> Result<i64, ParseIntError> {
    text.parse()
}

fn panics() {
    panic!(\"not this way\")
}

fn unwinds() -> bool {
    cfg!(panic = \"unwind\")
}

struct Fragile;
pyptr::traverse!(Fragile);

impl Drop for Fragile {
    fn drop(&mut self) {
        panic!(\"not that way\")
    }
}

impl Fragile {
    fn new() -> Fragile {
        Fragile
    }
}

pyptr::class! { class Fragile { new(); } }
pyptr::module! { mod aborting { class Fragile; fn parsed(text); fn panics(); fn unwinds(); } }
";

const PROGRAM: &str = "use pyptr::{PyErr, Python};

fn main() -> Result<(), PyErr> {
    Python::initialize();
    Python::attach(|py| {
        py.run(c\"import atexit; atexit.register(print, 'at exit'); print('not flushed', end='')\", None, None)?;
        panic!(\"in a program\")
    })
}
";

const SIGABRT: i32 = 6;

fn python(directory: &Path, code: &str) -> Output {
    let mut python = Command::new(env!("PYPTR_PYTHON"));
    python.args(["-c", code]).env("PYTHONPATH", directory);
    python.env_remove("PYTHONUNBUFFERED").output().unwrap()
}

/// The process has ended by `SIGABRT`, with the panic's message and place, and has written nothing else.
#[track_caller]
fn aborted(output: &Output, message: &str, place: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(SIGABRT), "{text}");
    assert!(text.contains(message) && text.contains(place), "{text}");
    assert!(!text.contains("Traceback"), "{text}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

#[test]
fn a_panic_ends_the_process() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = |name: &str, text: &str| -> PathBuf {
        let path = directory.join(name);
        put(&path, text.as_bytes());
        path
    };
    let (library, program) = (file("aborting.rs", LIBRARY), file("abort.rs", PROGRAM));
    let nested = Nested::new(
        "aborts",
        &format!(
            "[lib]\nname = \"aborting\"\npath = {library:?}\ncrate-type = [\"cdylib\"]\n\n\
             [[bin]]\nname = \"abort\"\npath = {program:?}\n\n\
             [profile.dev]\npanic = \"abort\"\n"
        ),
    );
    succeeds(&mut built_apart(&nested, &["build", "-q"]));
    let directory = directory.join("aborts");
    fs::copy(made_apart("libaborting.so"), directory.join("aborting.so")).unwrap();

    // What does not panic is as ever: results, errors of Rust, the class of exceptions.
    let output = python(
        &directory,
        "import aborting
assert aborting.parsed('3') == 3 and not aborting.unwinds() and issubclass(aborting.PanicException, RuntimeError)
try: aborting.parsed('x')
except ValueError as e: print(e, end='')",
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "invalid digit found in string",
        "{output:?}"
    );

    let started = "import aborting, atexit
atexit.register(print, 'at exit')
print('not flushed', end='')
";
    let call = "try: aborting.panics()
except BaseException: print('caught')
finally: print('finally')";
    let output = python(&directory, &format!("{started}{call}"));
    aborted(&output, "not this way", "aborting.rs:8:");
    let output = python(
        &directory,
        &format!("{started}fragile = aborting.Fragile()\ndel fragile"),
    );
    aborted(&output, "not that way", "aborting.rs:20:");

    // The others learn only that a worker has ended.
    let code = "import aborting, concurrent.futures as futures, multiprocessing
with futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('fork')) as pool:
    try: pool.submit(aborting.panics).result(timeout=60)
    except futures.process.BrokenProcessPool as e: print(type(e).__name__, 'not this way' in str(e))";
    let output = python(&directory, code);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "BrokenProcessPool False\n",
        "{output:?}"
    );

    let mut program = Command::new(made_apart("abort"));
    program.env_remove("PYTHONUNBUFFERED");
    let output = program.envs(library_path()).output().unwrap();
    aborted(&output, "in a program", "abort.rs:7:");
}
