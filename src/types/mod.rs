//! The Python types: one table, then one file for each type's methods.
//!
//! A Python type is represented by an uninhabited marker type, such as [`PyString`]; its objects are used
//! through [`Owned<'py, PyString>`](crate::Owned) and [`&Borrowed<'py, PyString>`](crate::Borrowed).
//! Constructors are associated functions of the marker (`PyString::new(py, "..")`). Methods are inherent
//! methods of `Borrowed<'py, PyString>`, to which the other pointers deref; the marker's page lists them.
//! Methods of every object are methods of `Borrowed<'py, PyAny>`, to which the pointers of all types deref.
//!
//! A `PyString` may be an instance of a subclass of `str`, and so on for the other types;
//! [`cast_exact`](crate::Borrowed::cast_exact) excludes subclasses. `PyBool` and `PyNone` cannot be
//! subclassed.

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

// Used by several of these files.
mod checked_size;
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
