//! Embedding: starting an interpreter in a Rust program, and ending it.

use std::ffi::c_int;
use std::sync::{Once, OnceLock};

use super::at_exit;
use super::config::PyConfig;
use super::ended::{is_finalized, is_over, set_failed, set_finalized};
use super::start::{Starter, start};
use super::status::InitializeError;
use crate::ffi::{self, attached_here};
use crate::refs::Python;

static START: Once = Once::new();
/// Why the one attempt to start an interpreter has failed.
static FAILED: OnceLock<InitializeError> = OnceLock::new();

impl Python<'_> {
    /// Starts the interpreter of a Rust program, once, as [`PyConfig::new()`](PyConfig) says: as `python3` of the interpreter
    /// that the program was built for. Does nothing if an interpreter runs already, as in an extension module.
    ///
    /// Signal handlers are left as they are. The calling thread is detached afterwards, so that every use goes
    /// through [`attach`](Python::attach). Extension modules that are part of the program have to be registered
    /// before, with [`Module::append_to_inittab`](crate::export::Module::append_to_inittab). What the program's end does
    /// is said at [`run_exit_handlers`](Python::run_exit_handlers).
    ///
    /// # Panics
    /// If the interpreter was finalised: CPython's extension types do not survive a second start. If CPython cannot start,
    /// with the reason that it gives; [`PyConfig::initialize`] returns it instead.
    #[doc(alias = "Py_InitializeEx")]
    #[inline]
    #[track_caller]
    pub fn initialize() {
        initialize_or_panic(ffi::Py_InitializeFromConfig);
    }

    /// Ends the interpreter: runs its exit handlers, releases its objects and stops it for good.
    ///
    /// Afterwards [`attach`](Python::attach) panics with "the Python interpreter was finalised",
    /// [`try_attach`](Python::try_attach) returns [`AttachError::Finalized`](crate::AttachError), dropping a
    /// [`Shared`](crate::Shared) does nothing, and [`initialize`](Python::initialize) panics. A program need
    /// not call `finalize`: the operating system frees everything when the process ends, and before that output is flushed
    /// ([`run_exit_handlers`](Python::run_exit_handlers)).
    ///
    /// Call it on the thread that called `initialize`, which Python's `threading` module takes for the main
    /// thread. Returns `false` if buffered output could not be flushed.
    ///
    /// # Safety
    /// No other thread uses Python, now or later. This thread holds no pointer to a Python object and is not
    /// attached (not inside [`attach`](Python::attach)). No raw pointer that came from Python is used
    /// afterwards.
    #[doc(alias = "Py_FinalizeEx")]
    #[inline]
    pub unsafe fn finalize() -> bool {
        if is_over() || !ffi::is_initialized() {
            return true;
        }
        // SAFETY: an interpreter is running; the caller promises that no thread is attached. There is no
        // matching release: the interpreter ends while this thread is attached.
        unsafe { ffi::PyGILState_Ensure() };
        set_finalized();
        // SAFETY: attached just now; the caller promises that no other thread uses Python any more.
        unsafe { ffi::Py_FinalizeEx() == 0 }
    }
}

impl PyConfig {
    /// Starts the interpreter. The calling thread is detached afterwards, so that every use goes through
    /// [`attach`](Python::attach); Python takes it for the main thread.
    ///
    /// # Errors
    /// [`InitializeError`]: also if an interpreter runs already, since it does not get what the configuration says.
    #[doc(alias = "Py_InitializeFromConfig")]
    #[doc(alias = "Py_PreInitialize")]
    #[inline]
    pub fn initialize(&self) -> Result<(), InitializeError> {
        initialize(self, ffi::Py_InitializeFromConfig)
    }

    /// Starts the interpreter, runs what `python3` would run with this configuration, ends the interpreter, and returns the
    /// status with which the program is to end.
    ///
    /// What is run is [`run_command`](PyConfig::run_command), [`run_module`](PyConfig::run_module),
    /// [`run_filename`](PyConfig::run_filename) or what [`argv`](PyConfig::argv) says with
    /// [`parse_argv`](PyConfig::parse_argv); otherwise an interactive session, or what is on standard input. Exceptions are
    /// printed. `SystemExit` ends the program at once, after the interpreter: the function does not return then.
    ///
    /// # Errors
    /// As [`initialize`](PyConfig::initialize).
    ///
    /// # Safety
    /// When what is run ends, no other thread uses Python, now or later. The calling thread holds no pointer to a Python object.
    /// No raw pointer that came from Python is used afterwards.
    #[doc(alias = "Py_RunMain")]
    #[doc(alias = "Py_BytesMain")]
    #[inline]
    pub unsafe fn run_main(&self) -> Result<c_int, InitializeError> {
        initialize(self, ffi::Py_InitializeFromConfig)?;
        // SAFETY: an interpreter runs, to which no thread of another interpreter's comes. There is no matching release: the
        // interpreter ends while this thread is attached.
        unsafe { ffi::PyGILState_Ensure() };
        // SAFETY: attached; the caller's promise.
        let status = unsafe { ffi::Py_RunMain() };
        set_finalized();
        Ok(status)
    }
}

fn initialize(config: &PyConfig, starter: Starter) -> Result<(), InitializeError> {
    if is_finalized() {
        return Err(InitializeError::Finalized);
    }
    // Before `START`: code that runs while the interpreter starts may call this function, and would wait
    // for itself.
    if attached_here() {
        return Err(InitializeError::AlreadyInitialized);
    }
    let settings = config.settings()?;
    let mut result = Err(InitializeError::AlreadyInitialized);
    START.call_once(|| {
        if ffi::is_initialized() {
            return;
        }
        // SAFETY: no interpreter is running, and `START` lets one thread in. The starter is the function that it has to be.
        result = unsafe { start(&settings, starter) };
        match &result {
            Ok(()) => {
                crate::error::install_panic_hook();
                at_exit::register();
                // SAFETY: initialisation has attached this thread.
                unsafe { ffi::PyEval_SaveThread() };
            }
            Err(error) => {
                set_failed();
                FAILED.set(error.clone()).expect("the only attempt");
            }
        }
    });
    FAILED.get().map_or(result, |failed| Err(failed.clone()))
}

#[track_caller]
fn initialize_or_panic(starter: Starter) {
    match initialize(&PyConfig::new(), starter) {
        Ok(()) | Err(InitializeError::AlreadyInitialized) => {}
        Err(InitializeError::Finalized) => {
            panic!("the Python interpreter was finalised and cannot be initialised again")
        }
        Err(error) => panic!("{error}"),
    }
}
