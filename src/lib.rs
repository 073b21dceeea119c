//! Ownership-typed smart pointers over CPython's C API.
//!
//! Each convention of the C API is a Rust type. The machine code stays nearly that of C ([`guide::cost`]).
//!
//! | C API convention | pyptr | what the compiler then enforces |
//! |---|---|---|
//! | new (strong) reference | [`Owned<'py, T>`](Owned) | dropped exactly once (RAII) |
//! | borrowed reference | [`&'a Borrowed<'py, T>`](Borrowed) | never outlives its owner; no reference counting |
//! | stolen argument | [`Owned`] taken by value | use after the steal does not compile |
//! | NULL with an exception set | [`Err(Raised<'py>)`](Raised) | cannot be ignored; cleared if dropped |
//! | NULL without an exception | `Option` | absence is not an error |
//! | attached thread state (GIL) | [`Python<'py>`](Python) token | no API call while detached |
//! | reference kept across detach, threads, statics | [`Shared<T>`](Shared) | must be bound to a token before use |
//! | an object under construction | [`ListBuilder`](types::ListBuilder), [`TupleBuilder`](types::TupleBuilder), [`BytesBuilder`](types::BytesBuilder) | written in place only while no other code can use it |
//! | `Py_INCREF` / `Py_DECREF` by hand | `unsafe` methods and [`manual`] | opt-in and visible |
//!
//! `Owned` is to `Borrowed` what `String` is to `str`.
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
//! Without `.to_owned()`, `append` does not compile. In C and with raw `pyo3-ffi`, the same mistake compiles and
//! corrupts a reference count.
//!
//! # Where to find what
//!
//! | | |
//! |---|---|
//! | [`guide`] | chapters: ownership, errors, threads, building, embedding, classes, fast code, cost, soundness, leaks, ledger |
//! | [`types`] | the Python types; their methods are methods of [`Borrowed`] |
//! | [`error`] | raising, catching, replacing exceptions; the exception types |
//! | [`buffer`] | the memory of objects that have a buffer, without a copy |
//! | [`sync`], [`intern!`] | objects in statics; critical sections |
//! | [`convert`] | conversions between Rust values and Python objects |
//! | [`export`], [`module!`] | Python modules made of Rust functions; entry points [by hand](export::by_hand) |
//! | [`class`](mod@class), [`class!`](class!) | Python classes made of Rust structs |
//! | [`manual`] | counting references by hand |
//! | `ledger`, `testing` | with the feature `ledger`: tests that report the line of each leaked reference ([`guide::leaks`]) |
//! | [`ffi`] | the raw C API |
//!
//! To find the method for a C function, search this documentation for the function's name.
//!
//! # Features
//!
//! - `ledger`: for tests. Records each reference with the line that took it, and adds the modules `ledger` and `testing`
//!   ([`guide::ledger`]). [`add_ledger`] is for modules that [`module!`] has not made.

// How the source is laid out, for maintainers. Each module below is a floor, the lowest first. Two rules, tested by
// tests/layers.rs:
// - A file uses its own folder and lower floors only.
// - No two files use each other, directly or through others.
// An `impl` block may be on a higher floor than its type: a method is in the file of its subject. For example, `Shared`
// is in refs, but its drop is in interpreter, because it needs the release queue.
//
// A new method of a Python type goes into the type's file in types, a new C declaration into ffi. Public names are
// re-exported at the root, or by their module. `ledger` and `testing` have a second form for builds without the feature:
// empty types and inline functions that do nothing, so that few other files need a `cfg`.
pub mod ffi; // pyo3-ffi, backports, private C declarations; whether this thread is attached
mod refcount; // inline reference counting
#[cfg(not(feature = "ledger"))]
mod ledger; // records which line took which reference
#[cfg(feature = "ledger")]
pub mod ledger;
mod refs; // the ownership model: the token, the pointers, `Raised`, casts
mod markers; // tables of the built-in types and exceptions
pub mod error; // raising, catching, replacing exceptions; panics as exceptions
pub mod sync; // objects in statics; critical sections
pub mod types; // the Python types, a file or folder for each
pub mod buffer; // the buffer protocol
pub mod convert; // conversions between Rust values and Python objects
pub mod manual; // counting references by hand
pub mod export; // Python modules made of Rust functions
pub mod class; // Python classes made of Rust structs
mod interpreter; // attaching, detaching, embedding; the release queue
#[cfg(feature = "ledger")]
pub mod testing; // checks the ledger's records for leaks
#[cfg(not(feature = "ledger"))]
#[path = "testing/off.rs"]
mod testing;

pub mod guide;

pub use convert::{ConversionError, FromPyObject, IntoPyObject};
pub use error::{IntoRaised, PyErr, panic_exception};
pub use interpreter::{AttachError, InitializeError, PyConfig};
pub use refs::{
    Borrowed, CastError, CastIntoError, Object, Owned, PyResult, Python, Raised, Ref, Returned,
    Shared, Subtype, TypeCheck, TypeObject,
};

pub use testing::add_ledger;
