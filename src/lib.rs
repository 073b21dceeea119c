//! Ownership-typed smart pointers over CPython's C API.
//!
//! Every convention that the C API states in prose is one Rust type here, at no cost:
//!
//! | C API convention | pyptr | what the compiler then enforces |
//! |---|---|---|
//! | new (strong) reference | [`Owned<'py, T>`](Owned) | dropped exactly once (RAII) |
//! | borrowed reference | [`&'a Borrowed<'py, T>`](Borrowed) | never outlives its owner; no refcount traffic |
//! | stolen argument | [`Owned`] taken by value | use after the steal does not compile |
//! | NULL with an exception set | [`Err(Raised<'py>)`](Raised) | cannot be ignored; cleared if dropped |
//! | NULL without an exception | `Option` | absence is no error |
//! | attached thread state (GIL) | [`Python<'py>`](Python) token | no API call while detached |
//! | reference kept across detach, threads, statics | [`Shared<T>`](Shared) | must be bound to a token before use |
//! | refcount known to be 1, still under construction | [`ListBuilder`](types::ListBuilder), [`TupleBuilder`](types::TupleBuilder), [`BytesBuilder`](types::BytesBuilder) | in-place writes only while unobservable |
//! | `Py_INCREF` / `Py_DECREF` by hand | `unsafe` methods and [`manual`] | opt-in and visible |
//!
//! It reads like std: `Owned` is to `Borrowed` what `String` is to `str`.
//!
//! ```
//! use pyptr::types::PyString;
//! use pyptr::{Borrowed, Owned, PyResult};
//!
//! fn append<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
//!     let right = PyString::new(left.py(), "right")?; // released at the end of the scope
//!     left.to_owned().append(&right)                  // explicit borrowed -> owned; append consumes it
//! }
//!
//! fn concat<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
//!     left.concat_str("right")                        // borrows, returns a new reference
//! }
//! # pyptr::Python::initialize();
//! # pyptr::Python::attach(|py| {
//! #     let left = PyString::new(py, "hello ").unwrap();
//! #     assert_eq!(append(&left).unwrap().to_str().unwrap(), "hello right");
//! #     assert_eq!(concat(&left).unwrap().to_str().unwrap(), "hello right");
//! # });
//! ```
//!
//! Leaving out `.to_owned()` in `append` is a compile error. In C, and on raw `pyo3-ffi`, the same slip
//! compiles and corrupts a reference count.
//!
//! # Where to find what
//!
//! | | |
//! |---|---|
//! | [`guide`] | chapters: ownership, errors, threads, soundness, cost |
//! | [`types`] | the Python types; their methods are those of [`Borrowed`] |
//! | [`error`] | raising, catching, replacing; the exception types |
//! | [`buffer`] | other objects' memory without a copy |
//! | [`sync`], [`intern!`] | objects in statics, locks of objects |
//! | [`convert`] | Rust values from and to Python |
//! | [`export`], [`module!`] | Python modules made of Rust functions |
//! | [`manual`] | counting by hand |
//! | `ledger`, `testing` | with the feature `ledger`: the line of every reference that leaks |
//! | [`ffi`] | the raw C API |
//!
//! Search for a C function's name to find its method.
//!
//! # Features
//!
//! - `ledger`: records every reference with the line that took it, for tests.

// The floors, from the ground up. A file uses its own folder and the floors below it, and no two files use each other:
// tests/layers.rs. An `impl` block may stand on a higher floor than its type: methods live with their subject.
pub mod ffi; // C: pyo3_ffi, backports, private declarations; whether this thread is attached
mod refcount; // counting, inline
#[cfg(not(feature = "ledger"))]
mod ledger; // who took which reference on which line: recording only
#[cfg(feature = "ledger")]
pub mod ledger;
mod refs; // the ownership model: token, pointers, `Raised`, casts
mod markers; // the built-in types and exceptions, as tables
pub mod error; // the indicator: raising, catching, replacing; panics as exceptions
pub mod sync; // objects in statics, locks of objects
pub mod types; // the Python types: a file or folder for each
pub mod buffer; // other objects' memory
mod call; // calling Python
pub mod convert; // Rust values from and to Python
pub mod manual; // counting by hand
pub mod export; // modules made of Rust functions: the boundary with Python
mod interpreter; // attaching, detaching, embedding; what waits for an attached thread
#[cfg(feature = "ledger")]
pub mod testing; // what judges the records
#[cfg(not(feature = "ledger"))]
#[path = "testing/off.rs"]
mod testing;

pub mod guide;

pub use convert::{ConversionError, FromPyObject, IntoPyObject};
pub use error::{PyErr, panic_exception};
pub use interpreter::AttachError;
pub use refs::{
    Borrowed, CastError, CastIntoError, Object, Owned, PyResult, Python, Raised, Ref, Returned,
    Shared, Subtype, TypeCheck, TypeObject,
};

#[doc(hidden)]
pub use testing::install_ledger;
