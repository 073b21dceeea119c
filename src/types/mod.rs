//! The Python types: one table, then one file for each type's methods.
//!
//! A type is an uninhabited marker, such as [`PyString`]; its objects are reached through
//! [`Owned<'py, PyString>`](crate::Owned) and [`&Borrowed<'py, PyString>`](crate::Borrowed).
//! Constructors are associated functions of the marker (`PyString::new(py, "..")`); methods are inherent
//! methods of `Borrowed<'py, PyString>`, so that every kind of pointer has them; the type's page lists them.
//! What every object can do is a method of `Borrowed<'py, PyAny>`, which all types deref to.
//!
//! A type's name does not mean exactly that type: a `PyString` may be a subclass of `str`, unless
//! [`cast_exact`](crate::Borrowed::cast_exact) has been asked. `PyBool` and `PyNone` cannot be subclassed.

// In the order in which their methods stand in the documentation: the common ones first. rustdoc follows the lines
// here and in each folder; a file's own items come after those of its modules.
mod any;
mod string;
mod bytes;
mod bytearray;
mod int;
mod float;
mod bool_;
mod complex;
mod list;
mod tuple;
mod dict;
mod set;
mod slice;
mod range;
mod iterator;
mod type_;
mod module;
mod exception;
mod unicode_error;
mod code;
mod function;
#[cfg(not(windows))]
mod method;
mod frame;
mod datetime;
mod capsule;
mod weakref;
mod context;
mod memoryview;
mod mapping_proxy;
mod generic_alias;
mod singletons;
mod struct_sequence;

// What several of them are made with.
mod common;
mod owned_view;

pub use any::{AttributeName, CompareOp, FastSequence, Loaded, ReprGuard, Sent};
pub use bytes::BytesBuilder;
pub use code::CompileMode;
pub use datetime::{DateTimeApi, PyDate, PyDateTime, PyDelta, PyTime, PyTzInfo};
pub use dict::{DictIter, LoadedDictIter};
pub use int::ByteOrder;
pub(crate) use int::out_of_range;
pub use list::{ListBuilder, ListIter, LoadedListIter};
pub use owned_view::{OwnedBytes, OwnedStr};
pub use slice::SliceIndices;
pub use string::{CodeUnits, StringBuilder};
pub use tuple::{TupleBuilder, TupleIter};
pub use type_::{ClassOf, TypeAddr};

pub use crate::markers::{protocols::*, types::*};
pub use crate::refs::PyAny;
