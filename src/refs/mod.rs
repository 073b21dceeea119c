//! The pointer types: who owns a reference, and for how long.
//!
//! | type | what it is | what its drop does |
//! |---|---|---|
//! | [`Owned<'py, T>`](Owned) | a strong reference on an attached thread | releases it |
//! | [`&'a Borrowed<'py, T>`](Borrowed) | a reference that another one keeps valid for `'a` | nothing |
//! | [`Shared<T>`](Shared) | a strong reference that may cross threads | releases it, or queues the release |
//! | [`Returned<'py, T>`](Returned) | the result of an `extern "C"` function | nothing: C owns the reference |

mod leaves_thread;
mod token;
mod object;
mod any;
mod borrowed;
mod owned;
mod cast;
mod decoys;
mod shared;
mod raised;
mod returned;
mod slot;
mod traits;
mod type_check;
mod upcast;
mod from_ptr;
mod unsafe_count;
mod release;

pub use any::PyAny;
pub use borrowed::{Borrowed, Ref};
pub use cast::{CastError, CastIntoError};
pub(crate) use object::uncounted;
pub use object::{Object, Subtype};
pub use owned::Owned;
pub use raised::{PyResult, Raised};
pub(crate) use release::release;
pub use returned::Returned;
pub use shared::Shared;
pub use slot::Slot;
pub use token::Python;
pub use type_check::{TypeCheck, TypeObject};
