//! Errors: an exception that is set ([`Raised`]), a stored one ([`PyErr`]), and the exception types.
//!
//! | | [`Raised<'py>`](Raised) | [`PyErr`] |
//! |---|---|---|
//! | what it is | a token: *an exception is set on this thread* | the exception itself, no longer set on the thread |
//! | size | zero, so that `PyResult<Owned<T>>` is one word | an owned reference and a summary |
//! | threads | stays on its thread | `Send + Sync + 'static`, implements `std::error::Error` |
//! | dropped | clears the exception | releases the exception |
//! | use it | in everything that returns to Python soon | to store or log an exception, or to return it from `attach` |
//!
//! `?` turns a `Raised` into a `PyErr`, and a [`CastError`](crate::CastError) into either. The way back needs a
//! token: [`PyErr::raise`].
//!
//! # Replacing an exception
//!
//! Dropping an older token does not clear a newer exception. Each of these functions ends with the `ValueError`
//! set:
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
//! While a `Raised` is alive, an exception is set: as in C, call only functions that raise, replace or inspect
//! an exception. Methods whose C function may return its failure value without a failure panic under debug
//! assertions if an exception is set.

mod cast;
mod check;
mod escaped;
mod indicator;
mod into_raised;
mod panic;
mod panic_type;
mod pyerr;
mod raise;
mod raised;
mod room;
mod saved;
mod std_errors;
mod supersede;
mod system;
mod type_name;

pub use into_raised::IntoRaised;
pub(crate) use panic::{install_hook as install_panic_hook, raise as raise_panic};
pub use panic_type::panic_exception;
pub(crate) use panic_type::publish as publish_panic_exception;
pub use pyerr::PyErr;

pub(crate) use check::{check_count, check_status, check_truth};
pub(crate) use escaped::Escaped;
pub(crate) use indicator::assert_clear;
pub(crate) use room::{copy_of, formatted, joined, push, reserve, with_room};
pub(crate) use saved::SavedIndicator;
pub(crate) use type_name::{name_of_type, type_name};

pub use crate::markers::exceptions::*;
pub use crate::refs::{PyResult, Raised};
