//! How an embedded interpreter starts and how the program ends: `PyConfig`, output, exit handlers.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use pyptr::{InitializeError, PyConfig, PyErr, Python};

use crate::VARIABLE;

/// Another scenario in a process of its own, with its output.
fn output_of(scenario: &str, set: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(VARIABLE, scenario).envs(set.iter().copied());
    for name in ["PYTHONUNBUFFERED", "PYTHONUTF8", "PYTHONIOENCODING"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).replace("\r\n", "\n")
}

/// The value of an expression with `sys`, as `repr` shows it.
pub fn value(expression: &str) -> String {
    let code = format!(
        "__import__('sys').modules['__main__'].__dict__.update(sys=__import__('sys')) or repr(({expression}))"
    );
    let code = std::ffi::CString::new(code).unwrap();
    Python::attach(|py| -> Result<String, PyErr> { Ok(py.eval(&code, None, None)?.extract()?) })
        .unwrap()
}

pub fn run(code: &std::ffi::CStr) {
    Python::attach(|py| py.run(code, None, None).map_err(PyErr::from)).unwrap();
}

/// Whether the interpreter that this was built for is known, and can be asked: not if it was built on another system.
fn has_python() -> bool {
    let known = Path::new(env!("PYPTR_PYTHON")).is_absolute();
    if !known {
        println!("skipped: no interpreter to compare with");
    }
    known
}

/// What Python itself says that the interpreter of this build is.
fn of_python(expression: &str) -> String {
    let code = format!("import sys; print(repr(({expression})))");
    let output = Command::new(env!("PYPTR_PYTHON"))
        .args(["-c", &code])
        .output()
        .unwrap();
    text(&output.stdout).trim_end().to_owned()
}

/// The default: `python3` of the interpreter that the program was built for.
pub fn starts_as_python3() {
    if !has_python() {
        return;
    }
    // SAFETY: the process has one thread.
    unsafe { env::set_var("PATH", "/nowhere") };
    Python::initialize();
    for expression in [
        "sys.executable",
        "sys.prefix",
        "sys.base_prefix",
        "sys.path[-1]",
        "sys.flags.utf8_mode",
    ] {
        assert_eq!(value(expression), of_python(expression), "{expression}");
    }
    assert_eq!(value("sys.argv"), "['']");
}

pub fn shows_its_encodings() {
    Python::initialize();
    run(c"import sys, os
print(sys.stdout.encoding, sys.getfilesystemencoding(), os.environ.get('LC_CTYPE'), '\\u20ac')");
}

/// As `python3`, but that `LC_CTYPE` is not set for the children.
#[cfg(unix)]
pub fn text_is_utf_8_in_the_c_locale() {
    for locale in [
        [("LC_ALL", "C"), ("LANG", "C")],
        [("LC_ALL", "POSIX"), ("LANG", "")],
        [("LC_ALL", ""), ("LANG", "")],
    ] {
        let output = output_of("embed::shows_its_encodings", &locale);
        assert_eq!(
            text(&output.stdout),
            "utf-8 utf-8 None \u{20ac}\n",
            "{}",
            text(&output.stderr)
        );
    }
}

pub fn prints_and_ends() {
    Python::initialize();
    run(c"import atexit, sys
atexit.register(print, 'at the end')
print('printed')
print('to stderr', file=sys.stderr, end='')");
}

pub fn prints_and_exits() {
    prints_and_ends();
    std::process::exit(3);
}

pub fn prints_and_exits_attached() {
    prints_and_ends();
    Python::attach(|_| std::process::exit(3));
}

/// Another thread is attached, and will never let go.
pub fn ends_while_one_is_attached() {
    prints_and_ends();
    let (attached, wait) = std::sync::mpsc::channel();
    thread::spawn(move || {
        Python::attach(|_| {
            attached.send(()).unwrap();
            loop {
                thread::park();
            }
        });
    });
    wait.recv().unwrap();
}

/// `sys.stdout` is a pipe here, and has a buffer.
#[cfg(unix)]
pub fn output_is_not_lost() {
    for (scenario, status) in [
        ("prints_and_ends", 0),
        ("prints_and_exits", 3),
        ("prints_and_exits_attached", 3),
    ] {
        let output = output_of(&format!("embed::{scenario}"), &[]);
        assert_eq!(text(&output.stdout), "printed\nat the end\n", "{scenario}");
        assert_eq!(text(&output.stderr), "to stderr");
        assert_eq!(output.status.code(), Some(status));
    }
    let started = std::time::Instant::now();
    let output = output_of("embed::ends_while_one_is_attached", &[]);
    assert!(output.status.success() && started.elapsed().as_secs() < 20);
}

/// In order, once, and with what they raise.
pub fn exit_handlers() {
    Python::run_exit_handlers(); // No interpreter: nothing happens.
    Python::initialize();
    run(c"import atexit, sys, threading, time
seen = []
sys.unraisablehook = lambda unraisable: seen.append(type(unraisable.exc_value).__name__)
class Out:
    def write(self, text): pass
    def flush(self):
        seen.append('flushed')
        raise OSError
sys.stdout = Out()
def late():
    time.sleep(0.2)
    seen.append('thread')
atexit.register(seen.append, 'second')
atexit.register(seen.append, 'first')
threading.Thread(target=late).start()
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()");
    Python::run_exit_handlers();
    assert_eq!(
        value("sys.modules['__main__'].seen"),
        "['thread', 'first', 'second', 'flushed', 'OSError']"
    );
    Python::run_exit_handlers();
    assert_eq!(
        value("sys.modules['__main__'].seen[5:]"),
        "['flushed', 'OSError']"
    );
    run(c"sys.stdout = None");
}

/// Fields from the first to the last of the struct.
pub fn fields() {
    // Isolated, and not beside its library: up to 3.10 it does not find that on Windows.
    if cfg!(all(windows, not(Py_3_11))) && !has_python() {
        return;
    }
    PyConfig::new()
        .isolated(true)
        .utf8_mode(true)
        .dev_mode(false)
        .optimization_level(2)
        .write_bytecode(false)
        .site_import(false)
        .buffered_stdio(false)
        .inspect(true)
        .argv([OsStr::new("a"), OsStr::new("-b"), OsStr::new("\u{20ac}")])
        .warnoptions(["ignore::DeprecationWarning", "error::UserWarning"])
        .xoptions(["one", "two=three"])
        .pycache_prefix("/nowhere/cache")
        .stdio_encoding("latin-1")
        .stdio_errors("replace")
        .faulthandler(true)
        .install_signal_handlers(true)
        .initialize()
        .unwrap();
    let expected = [
        (
            "sys.flags.isolated, sys.flags.ignore_environment, sys.flags.no_user_site",
            "(1, 1, 1)",
        ),
        (
            "sys.flags.utf8_mode, sys.flags.dev_mode, sys.flags.optimize",
            "(1, False, 2)",
        ),
        (
            "sys.dont_write_bytecode, sys.flags.no_site, sys.flags.inspect",
            "(True, 1, 1)",
        ),
        ("'site' in sys.modules", "False"),
        ("sys.stdout.write_through", "True"),
        ("sys.argv", "['a', '-b', '\u{20ac}']"),
        (
            "sys.warnoptions",
            "['ignore::DeprecationWarning', 'error::UserWarning']",
        ),
        ("sys._xoptions", "{'one': True, 'two': 'three'}"),
        ("sys.pycache_prefix", "'/nowhere/cache'"),
        (
            "sys.stdin.encoding, sys.stdout.errors",
            "('iso8859-1', 'replace')",
        ),
        ("__import__('faulthandler').is_enabled()", "True"),
        (
            "__import__('signal').getsignal(2).__name__",
            "'default_int_handler'",
        ),
    ];
    for (expression, expected) in expected {
        assert_eq!(value(expression), expected, "{expression}");
    }
    assert_eq!(
        PyConfig::new().initialize(),
        Err(InitializeError::AlreadyInitialized)
    );
    Python::initialize();
}

/// No handler for Ctrl-C.
#[cfg(target_os = "linux")]
pub fn signal_handlers_stay() {
    PyConfig::new().argv(["x"]).initialize().unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let caught = status
        .lines()
        .find_map(|line| line.strip_prefix("SigCgt:"))
        .unwrap();
    assert_eq!(
        u64::from_str_radix(caught.trim(), 16).unwrap() & 1 << 1,
        0,
        "{caught}"
    );
}

#[cfg(unix)]
pub fn a_virtual_environment() {
    let name = format!("embed-venv-{}", std::process::id());
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let made = Command::new(env!("PYPTR_PYTHON"))
        .args(["-m", "venv", "--without-pip"])
        .arg(&directory)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
    PyConfig::new().venv(&directory).initialize().unwrap();
    let python = directory.join("bin/python");
    assert_eq!(
        value("sys.executable"),
        format!("{:?}", python.to_str().unwrap()).replace('"', "'")
    );
    assert_eq!(
        value("sys.prefix"),
        format!("{:?}", directory.to_str().unwrap()).replace('"', "'")
    );
    assert_eq!(value("sys.base_prefix"), of_python("sys.base_prefix"));
    assert_eq!(
        value("sys.path[-1].startswith(sys.prefix) and 'site-packages' in sys.path[-1]"),
        "True"
    );
    // The same for what Python starts.
    let code = "__import__('subprocess').run([sys.executable, '-c', 'import sys; print(sys.prefix)'], capture_output=True, \
        text=True).stdout.strip() == sys.prefix";
    assert_eq!(value(code), "True");
    std::fs::remove_dir_all(directory).unwrap();
}

pub fn home_and_executable() {
    if !has_python() {
        return;
    }
    let home = of_python("sys.base_prefix");
    let home = home.trim_matches('\'');
    PyConfig::new()
        .home(home)
        .executable(env!("PYPTR_PYTHON"))
        .use_environment(false)
        .initialize()
        .unwrap();
    assert_eq!(value("sys.prefix"), format!("'{home}'"));
    assert_eq!(value("sys.executable"), of_python("sys.executable"));
    assert_eq!(value("__import__('json').dumps([1])"), "'[1]'");
}

pub fn module_search_paths() {
    if !has_python() {
        return;
    }
    let paths = of_python("__import__('os').pathsep.join(sys.path)");
    let paths: Vec<_> = env::split_paths(paths.trim_matches('\''))
        .filter(|path| path.is_absolute())
        .collect();
    let paths: Vec<_> = [PathBuf::from("/nowhere")]
        .into_iter()
        .chain(paths)
        .collect();
    PyConfig::new()
        .module_search_paths(&paths)
        .site_import(false)
        .initialize()
        .unwrap();
    assert_eq!(
        value("sys.path[0], len(sys.path)"),
        format!("('/nowhere', {})", paths.len())
    );
}

fn ends_as_these_say(argv: [&str; 2]) -> ! {
    let config = PyConfig::new().argv(argv).parse_argv(true);
    let error = config.initialize().unwrap_err();
    std::process::exit(10 + error.exit_status().unwrap());
}

pub fn asks_for_the_version() {
    ends_as_these_say(["python", "--version"])
}

pub fn has_an_option_that_is_none() {
    ends_as_these_say(["python", "--nonsense"])
}

pub fn exit_statuses() {
    let output = output_of("embed::asks_for_the_version", &[]);
    assert_eq!(output.status.code(), Some(10));
    assert!(text(&output.stdout).starts_with("Python 3."));
    let output = output_of("embed::has_an_option_that_is_none", &[]);
    assert_eq!(output.status.code(), Some(12), "{}", text(&output.stderr));
}

pub fn texts_with_nul() {
    let fails = |config: PyConfig| config.initialize().unwrap_err();
    assert_eq!(
        fails(PyConfig::new().home("a\0b")),
        InitializeError::Nul("home")
    );
    assert_eq!(
        fails(PyConfig::new().argv(["a", "\0"])),
        InitializeError::Nul("argv")
    );
    // Nothing has begun.
    PyConfig::new().initialize().unwrap();
}

/// Names of files that are not UTF-8 stay what they are.
#[cfg(unix)]
pub fn arguments_of_any_bytes() {
    use std::os::unix::ffi::OsStrExt;
    PyConfig::new()
        .argv([OsStr::from_bytes(b"a\xff")])
        .initialize()
        .unwrap();
    assert_eq!(value("__import__('os').fsencode(sys.argv[0])"), "b'a\\xff'");
}

pub fn runs_a_command() {
    let config = PyConfig::new().run_command(
        "import sys; print(sys.argv, __name__); import atexit; atexit.register(print, 'end')",
    );
    // SAFETY: the process has one thread, which uses nothing of Python's afterwards.
    let status = unsafe { config.run_main() };
    assert_eq!(status, Ok(0));
    assert_eq!(
        Python::try_attach(|_| ()),
        Err(pyptr::AttachError::Finalized)
    );
    assert_eq!(
        PyConfig::new().initialize(),
        Err(InitializeError::Finalized)
    );
    println!("and goes on");
}

pub fn runs_arguments() {
    let arguments = [
        "python",
        "-c",
        "import sys; print(sys.argv[1:]); raise LookupError('why')",
        "a",
        "-b",
    ];
    let config = PyConfig::new().argv(arguments).parse_argv(true);
    // SAFETY: as above.
    let status = unsafe { config.run_main() };
    std::process::exit(10 + status.unwrap());
}

pub fn runs_until_an_exit() {
    let config = PyConfig::new().run_command("import sys; print('last words'); sys.exit(7)");
    // SAFETY: as above.
    let status = unsafe { config.run_main() };
    std::process::exit(status.unwrap());
}

pub fn main_programs() {
    let output = output_of("embed::runs_a_command", &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "[''] __main__\nend\nand goes on\n");
    let output = output_of("embed::runs_arguments", &[]);
    assert_eq!(output.status.code(), Some(11));
    assert_eq!(text(&output.stdout), "['a', '-b']\n");
    assert!(text(&output.stderr).ends_with("LookupError: why\n"));
    let output = output_of("embed::runs_until_an_exit", &[]);
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(text(&output.stdout), "last words\n");
}
