//! How an embedded interpreter is to start: a builder over CPython's `PyConfig`.

use std::ffi::{OsStr, OsString, c_int};
use std::path::{Path, PathBuf};

use super::fields::{List, Number, Text};

/// How the interpreter of a Rust program starts: CPython's `PyConfig`, with its names.
///
/// Without further calls it starts as [`Python::initialize`](crate::Python::initialize) does, which is as `python3` of the
/// interpreter that the program was built for starts:
///
/// - `sys.executable` is that interpreter, if it is there. If it is the one of a virtual environment, the packages of the
///   environment can be imported. Where it is not there, as on another machine, CPython looks for an installation itself.
/// - Text is UTF-8, also under `LC_ALL=C`. The environment is not changed for child processes: `LC_CTYPE` is not set.
/// - Variables like `PYTHONPATH` count, and the directory of the user's own packages.
///
/// It differs where a part of a program has to: signal handlers and C's `stdout` stay as they are, the arguments of the program
/// are neither read nor put in `sys.argv`, and no directory of a script is in `sys.path`.
///
/// ```standalone_crate
/// use pyptr::{PyConfig, PyResult, Python};
///
/// # fn check<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// #     let argv = py.eval(c"__import__('sys').argv", None, None)?;
/// #     assert_eq!(argv.extract::<Vec<String>>()?, ["a program", "-v"]);
/// #     Ok(())
/// # }
/// PyConfig::new()
///     .isolated(true)                          // as `python3 -I`
///     .argv(["a program", "-v"])
///     .initialize()?;
/// Python::attach(|py| {
///     // ...
/// #   check(py).unwrap();
/// });
/// # Ok::<(), pyptr::InitializeError>(())
/// ```
///
/// Text is what the system has it as: `&str`, `Path`, `OsString`.
#[derive(Debug, Clone, Default)]
pub struct PyConfig {
    pub(super) utf8_mode: Option<bool>,
    pub(super) isolated: Option<bool>,
    pub(super) use_environment: Option<bool>,
    pub(super) dev_mode: Option<bool>,
    pub(super) venv: Option<PathBuf>,
    pub(super) numbers: Vec<(Number, c_int)>,
    pub(super) texts: Vec<(Text, OsString)>,
    pub(super) lists: Vec<(List, Vec<OsString>)>,
}

/// Methods for fields that are switches.
macro_rules! switches {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, value: bool) -> PyConfig {
            self.numbers.push((Number::$name, value.into()));
            self
        }
    )*};
}

/// Methods for fields that are strings.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(mut self, value: impl AsRef<OsStr>) -> PyConfig {
            self.texts.push((Text::$name, value.as_ref().to_owned()));
            self
        }
    )*};
}

/// Methods for fields that are lists of strings.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name<I: IntoIterator<Item: AsRef<OsStr>>>(mut self, items: I) -> PyConfig {
            let items = items.into_iter().map(|item| item.as_ref().to_owned()).collect();
            self.lists.push((List::$name, items));
            self
        }
    )*};
}

impl PyConfig {
    /// What [`Python::initialize`](crate::Python::initialize) uses.
    #[doc(alias = "PyConfig_InitPythonConfig")]
    pub fn new() -> PyConfig {
        PyConfig::default()
    }

    /// The virtual environment whose packages are imported, and whose `python` is `sys.executable`: the
    /// [`program_name`](PyConfig::program_name) is its interpreter. It has to be one of the interpreter that the program is
    /// linked to. The start fails if the directory is no virtual environment: CPython would go on without it.
    pub fn venv(mut self, directory: impl AsRef<Path>) -> PyConfig {
        let place = match cfg!(windows) {
            true => "Scripts/python.exe",
            false => "bin/python",
        };
        self.venv = Some(directory.as_ref().to_owned());
        self.program_name(directory.as_ref().join(place))
    }

    /// Whether nothing of the user's is seen: neither environment variables nor the user's packages. As `python3 -I`.
    pub fn isolated(mut self, value: bool) -> PyConfig {
        self.isolated = Some(value);
        self
    }

    /// Whether text is UTF-8 whatever the locale says. The default is `PYTHONUTF8`, or else whether the locale is "C". As
    /// `python3 -X utf8`.
    pub fn utf8_mode(mut self, value: bool) -> PyConfig {
        self.utf8_mode = Some(value);
        self
    }

    /// Whether environment variables like `PYTHONPATH` count; the opposite of `python3 -E`.
    pub fn use_environment(mut self, value: bool) -> PyConfig {
        self.use_environment = Some(value);
        self
    }

    /// Whether CPython makes the checks of `python3 -X dev`.
    pub fn dev_mode(mut self, value: bool) -> PyConfig {
        self.dev_mode = Some(value);
        self
    }

    /// How much the compiler leaves out: 1 for `assert`, as `python3 -O`; 2 for docstrings, too, as `python3 -OO`.
    pub fn optimization_level(mut self, level: u8) -> PyConfig {
        self.numbers
            .push((Number::optimization_level, level.into()));
        self
    }

    switches! {
        /// Whether Python handles signals: with it, Ctrl-C raises `KeyboardInterrupt` on the thread that has started the
        /// interpreter, when Python code runs there the next time. Off, unless this says so: a program that waits in Rust
        /// code would not end by Ctrl-C any more. (The import of Python's module `signal` does it as well, where nobody else
        /// has a handler for Ctrl-C.)
        install_signal_handlers;
        /// Whether `sys.stdout` and `sys.stderr` collect what is written, as usual. Without, each write reaches the system
        /// at once; as `python3 -u`.
        buffered_stdio;
        /// Whether C's own `stdout` gets the buffering of Python's. Off, unless this says so.
        configure_c_stdio;
        /// Whether [`argv`](PyConfig::argv) is read as `python3` reads its arguments: options, and then a script or `-c` or
        /// `-m`, for [`run_main`](PyConfig::run_main). Off, unless this says so: then all of it is in `sys.argv`.
        parse_argv;
        /// Whether the module `site` is imported, which brings the installed packages; the opposite of `python3 -S`.
        site_import;
        /// Whether the user's own packages are found; the opposite of `python3 -s`.
        user_site_directory;
        /// Whether imports write files with bytecode; the opposite of `python3 -B`.
        write_bytecode;
        /// Whether a crash prints where each thread is; as `python3 -X faulthandler`.
        faulthandler;
        /// Whether CPython says on `stderr` when it finds no installation.
        pathconfig_warnings;
        /// Whether [`run_main`](PyConfig::run_main) becomes interactive after the script; as `python3 -i`.
        inspect;
    }

    texts! {
        /// The interpreter that this one stands for. CPython finds its installation by that, or the virtual environment that
        /// it is in, and takes it for `sys.executable` if it is a path. The default is the interpreter that the program was
        /// built for, if it is there.
        program_name;
        /// `sys.executable`, which `multiprocessing` starts. Only needed if it is not the [`program_name`](PyConfig::program_name).
        executable;
        /// The directory that Python's own library is below, as in the variable `PYTHONHOME`.
        home;
        /// The directory for bytecode, instead of those beside the sources; as `python3 -X pycache_prefix=..`.
        pycache_prefix;
        /// The encoding of `sys.stdin`, `sys.stdout` and `sys.stderr`. Not without [`stdio_errors`](PyConfig::stdio_errors).
        stdio_encoding;
        /// What happens to text that it cannot encode, such as `strict` or `replace`.
        stdio_errors;
        /// What [`run_main`](PyConfig::run_main) runs: source text, as `python3 -c`.
        run_command;
        /// The same: a module, as `python3 -m`.
        run_module;
        /// The same: a file, as `python3 file`.
        run_filename;
    }

    lists! {
        /// `sys.argv`, whose first item is the name of the script or program, such as `std::env::args_os()`. Without, it is
        /// `[""]`.
        argv;
        /// `sys.path`, in place of what CPython finds. It needs Python's own library; `site` adds the installed packages.
        module_search_paths;
        /// Filters of warnings, as `python3 -W`.
        warnoptions;
        /// Options as `python3 -X`. Of these, `utf8` and `dev` come too late here: they are
        /// [`utf8_mode`](PyConfig::utf8_mode) and [`dev_mode`](PyConfig::dev_mode).
        xoptions;
    }
}
