//! Why an interpreter did not start.

use std::ffi::CStr;
use std::fmt;
use std::path::PathBuf;

use crate::ffi;

/// Why [`PyConfig::initialize`](crate::PyConfig::initialize) has started no interpreter.
///
/// CPython can start one interpreter in a process, once. After `Exit` and `Status` every further attempt returns the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitializeError {
    /// There is an interpreter already, to which the configuration does not apply any more.
    AlreadyInitialized,
    /// There was one, which was finalised.
    Finalized,
    /// The text for this field of `PyConfig` has a NUL in it.
    Nul(&'static str),
    /// This directory, of [`PyConfig::venv`](crate::PyConfig::venv), is no virtual environment.
    NoVenv(PathBuf),
    /// The interpreter has a `PyConfig` of another size than pyo3-ffi declares for its version.
    Layout,
    /// The arguments, which [`parse_argv`](crate::PyConfig::parse_argv) has read, say that the program is to end with this
    /// status, as `--version` does with 0, and an unknown option with 2. What they ask for has been printed.
    Exit(i32),
    /// CPython could not start, for the reason that it gives.
    #[non_exhaustive]
    Status {
        /// The function of CPython's that failed, if it says so.
        function: Option<String>,
        /// Its reason.
        message: String,
        /// The exception that the reason comes from, if there is one, as `ModuleNotFoundError: No module named 'encodings'`.
        exception: Option<String>,
    },
}

impl InitializeError {
    /// The status with which the program is to end if the arguments said so.
    pub fn exit_status(&self) -> Option<i32> {
        match self {
            InitializeError::Exit(status) => Some(*status),
            _ => None,
        }
    }

    /// What C's status says.
    pub(super) fn check(status: ffi::PyStatus) -> Result<(), InitializeError> {
        match status._type {
            ffi::_PyStatus_TYPE::_PyStatus_TYPE_OK => Ok(()),
            ffi::_PyStatus_TYPE::_PyStatus_TYPE_EXIT => Err(InitializeError::Exit(status.exitcode)),
            ffi::_PyStatus_TYPE::_PyStatus_TYPE_ERROR => {
                let text = |text: *const std::ffi::c_char| {
                    // SAFETY: a literal of CPython's, unless it is NULL.
                    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
                };
                let text = |pointer| text(pointer).map(|text| text.to_string_lossy().into_owned());
                Err(InitializeError::Status {
                    function: text(status.func),
                    message: text(status.err_msg).unwrap_or_default(),
                    exception: None,
                })
            }
        }
    }
}

impl fmt::Display for InitializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InitializeError::AlreadyInitialized => {
                f.write_str("a Python interpreter is running in this process already")
            }
            InitializeError::Finalized => {
                f.write_str("the Python interpreter was finalised and cannot be initialised again")
            }
            InitializeError::Nul(field) => write!(f, "{field} has a NUL in it"),
            InitializeError::Layout => {
                f.write_str("this Python has another PyConfig than its version has")
            }
            InitializeError::Exit(status) => {
                write!(f, "Python's arguments ask for an end with status {status}")
            }
            InitializeError::NoVenv(directory) => write!(
                f,
                "there is no virtual environment in {}",
                directory.display()
            ),
            InitializeError::Status {
                function,
                message,
                exception,
            } => {
                f.write_str("Python cannot start: ")?;
                if let Some(function) = function {
                    write!(f, "{function}: ")?;
                }
                f.write_str(message)?;
                match exception {
                    Some(exception) => write!(f, " ({exception})"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for InitializeError {}
