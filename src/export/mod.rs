//! Exporting Rust functions as a Python module: [`module!`](crate::module) and what it expands to.
//!
//! # A module
//!
//! The functions are ordinary Rust functions; [`module!`](crate::module) declares which of them the
//! Python module has, under which names and with which parameters:
//!
//! ```
//! use pyptr::types::PyString;
//! use pyptr::{Borrowed, Owned, PyResult};
//!
//! fn append<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
//!     left.to_owned().append_str("right")
//! }
//!
//! fn repeat(text: &str, times: usize) -> String {
//!     text.repeat(times)
//! }
//!
//! pyptr::module! {
//!     /// Plays with strings.
//!     mod strings {
//!         const VERSION = "1.0";
//!
//!         /// Appends "right" to `left`.
//!         fn append(left, /);
//!         /// Repeats `text`.
//!         fn repeat(text, /, times = 2);
//!     }
//! }
//! # fn main() {
//! # strings().append_to_inittab();
//! # pyptr::Python::initialize();
//! # pyptr::Python::attach(|py| {
//! #     let code = c"import strings, inspect\nassert strings.repeat('ab') == 'abab'\nassert strings.append('a') == 'aright'\nassert str(inspect.signature(strings.repeat)) == '(text, /, times=2)'\nassert strings.VERSION == '1.0'";
//! #     assert_eq!(unsafe { pyptr::ffi::PyRun_SimpleString(code.as_ptr()) }, 0);
//! # });
//! # }
//! ```
//!
//! See [`module!`](crate::module) for the whole syntax.
//!
//! # What arguments and results may be
//!
//! A parameter is anything that implements [`FromPyObject`](crate::FromPyObject): `&Borrowed<'_, T>` (a
//! type check and nothing else; the caller keeps the reference for the call), `Owned<'_, T>` (holds a
//! reference of its own), `&str`, `i64`, `Option<..>` and so on. The result is anything that implements
//! [`IntoPyObject`](crate::IntoPyObject), or a `Result` of it with [`Raised`](crate::Raised) or
//! [`PyErr`](crate::PyErr).
//!
//! # What callers see
//!
//! Errors in CPython's own words: `append() argument 'left' must be str, not int`, `repeat() missing
//! required argument 'text' (pos 1)`. `help()` and `inspect.signature()` show the declared signature and
//! the docstring. A Rust panic becomes a [`PanicException`] with its message and
//! location (and is reported by the panic hook first, as always).
//!
//! [`PanicException`]: crate::panic_exception

mod arguments;
mod doc;
mod function;
mod keywords;
mod macros;
mod method;
mod module;
mod output;
mod signature;
mod state;
mod trampoline;
mod wording;

pub use module::Module;
pub use state::ModuleRef;

pub use crate::refs::Slot;

/// What the expansion of [`module!`](crate::module) names. Not for direct use: no promises.
#[doc(hidden)]
pub mod expansion {
    pub use super::arguments::{Arguments, Call, optional, required};
    pub use super::doc::{DocText, doc_bytes, doc_len, method_doc_bytes, method_doc_len};
    pub use super::function::Function;
    pub use super::method::MethodDef;
    pub use super::module::{Initialised, ModuleSpec, add_constant};
    pub use super::output::finish;
    pub use super::signature::{Item, Signature};
    // The macro's surroundings may use these names for something else.
    pub use core::option::Option::{None, Some};
    pub use core::primitive::{bool, u8};
    pub use core::result::Result::Ok;
    pub use core::{concat, stringify};

    pub use crate::error::PyResult;
    pub use crate::refs::{Borrowed, Owned};
    pub use crate::sync::Interned;
    pub use crate::types::{PyAny, PyModule};
}
