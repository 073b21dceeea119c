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
#[cfg(Py_3_15)]
mod frozen_dict;
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

// Used by several of these files.
mod checked_size;
mod owned_view;

pub use any::{AttributeName, CompareOp, FastSequence, Loaded, ReprGuard, Sent};
pub use bytes::BytesBuilder;
pub use code::CompileMode;
pub use datetime::{DateTimeApi, PyDate, PyDateTime, PyDelta, PyTime, PyTzInfo};
pub use dict::DictIter;
pub use int::{ByteOrder, Integer};
pub use list::{ListBuilder, ListIter};
pub use owned_view::{OwnedBytes, OwnedStr};
pub use slice::SliceIndices;
pub use string::{CodeUnits, StringBuilder};
pub use tuple::{TupleBuilder, TupleIter};
pub use type_::{ClassOf, TypeAddr};

pub use crate::markers::{protocols::*, types::*};
pub use crate::refs::PyAny;
