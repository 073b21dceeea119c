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

mod any;
mod bool_;
mod bytearray;
mod bytes;
mod capsule;
mod code;
mod complex;
mod context;
mod datetime;
mod dict;
mod float;
mod frame;
mod function;
mod generic_alias;
mod int;
mod iterator;
mod list;
mod mapping_proxy;
mod memoryview;
#[cfg(not(windows))]
mod method;
mod module;
mod range;
mod set;
mod singletons;
mod slice;
mod string;
mod struct_sequence;
mod tuple;
mod type_;
mod weakref;

// What several of them are made with.
mod common;
mod lend;

pub use any::{AttributeName, CompareOp, FastSequence, ReprGuard, Sent};
pub use bytes::BytesBuilder;
pub use code::CompileMode;
pub use datetime::{DateTimeApi, PyDate, PyDateTime, PyDelta, PyTime, PyTzInfo};
pub use dict::DictIter;
pub use int::ByteOrder;
pub(crate) use int::out_of_range;
pub use lend::{Loaded, LoadedDictIter, LoadedListIter, OwnedBytes, OwnedStr};
pub use list::{ListBuilder, ListIter};
pub use slice::SliceIndices;
pub use string::{CodeUnits, StringBuilder};
pub use tuple::{TupleBuilder, TupleIter};
pub use type_::{ClassOf, TypeAddr};

pub use crate::markers::{protocols::*, types::*};
pub use crate::refs::PyAny;
