//! Errors: an exception that is set ([`Raised`]), a stored one ([`PyErr`]), and the exception types.
//!
//! | | [`Raised<'py>`](Raised) | [`PyErr`] |
//! |---|---|---|
//! | what it is | a token: *an exception is set on this thread* | the exception itself, taken off the thread |
//! | size | zero, so that `PyResult<Owned<T>>` is one word | an owned reference and a summary |
//! | threads | stays on its own | `Send + Sync + 'static`, implements `std::error::Error` |
//! | dropped | clears the exception | releases the exception |
//! | use it | for everything that returns to Python soon | to store, log, or leave `attach` |
//!
//! `?` makes a `PyErr` of a `Raised`, and either of a [`CastError`](crate::CastError). The way back takes a
//! token: [`PyErr::raise`].
//!
//! # Replacing an exception
//!
//! A newer exception is never cleared by an older token. All of these end with the `ValueError` set:
//!
//! ```
//! # use pyptr::{PyResult, Python, error::{PyKeyError, PyValueError, Raised}};
//! # fn lookup<'py>(py: Python<'py>) -> PyResult<'py, ()> { Err(py.raise::<PyKeyError>("k")) }
//! fn map_err<'py>(py: Python<'py>) -> PyResult<'py, ()> {
//!     lookup(py).map_err(|_| py.raise::<PyValueError>("no such key"))
//! }
//! fn matched<'py>(py: Python<'py>) -> PyResult<'py, ()> {
//!     match lookup(py) {
//!         Ok(()) => Ok(()),
//!         Err(_) => Err(py.raise::<PyValueError>("no such key")),
//!     }
//! }
//! fn or_else<'py>(py: Python<'py>) -> PyResult<'py, ()> {
//!     lookup(py).or_else(|_| Err(py.raise::<PyValueError>("no such key")))
//! }
//! fn said_outright<'py>(py: Python<'py>) -> PyResult<'py, ()> {
//!     lookup(py).map_err(|raised| raised.replace::<PyValueError>("no such key"))
//! }
//! fn with_cause<'py>(py: Python<'py>) -> PyResult<'py, ()> {
//!     lookup(py).map_err(|raised| raised.chain::<PyValueError>("no such key"))
//! }
//! # Python::initialize();
//! # Python::attach(|py| for f in [map_err, matched, or_else, said_outright, with_cause] {
//! #     assert!(f(py).unwrap_err().is::<PyValueError>());
//! # });
//! ```
//!
//! While a `Raised` is alive, an exception is set: as in C, call nothing else but what raises, replaces
//! or inspects it. Functions of the C API whose failure value is ambiguous assert that under debug
//! assertions.

mod cast;
mod check;
mod indicator;
mod panic;
mod pyerr;
mod raise;
mod raised;
mod saved;
mod supersede;
mod system;
mod type_name;

pub use panic::panic_exception;
pub(crate) use panic::{install_hook as install_panic_hook, raise as raise_panic};
pub use pyerr::PyErr;

pub(crate) use check::{check_count, check_status, check_truth};
pub(crate) use indicator::assert_clear;
pub(crate) use saved::SavedIndicator;
pub(crate) use type_name::{name_of_type, type_name};

pub use crate::markers::exceptions::*;
pub use crate::refs::{PyResult, Raised};
