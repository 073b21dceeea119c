//! Ownership-typed smart pointers over CPython's C API.
mod call;
pub mod convert;
pub mod error;
pub mod export;
pub mod ffi;
pub mod guide;
pub mod manual;
mod panic;
mod python;
mod refcount;
mod refs;
pub mod types;

pub use convert::{ConversionError, FromPyObject, IntoPyObject};
pub use error::{PyErr, PyResult, Raised};
pub use panic::panic_exception;
pub use python::{AttachError, Python};
pub use refs::{
    Borrowed, CastError, CastIntoError, Object, Owned, Ref, Returned, Shared, Subtype, TypeCheck,
    TypeObject,
};
