//! What every object can do: the methods of `Borrowed<'py, PyAny>`, a file for each group.

mod attribute;
mod compare;
#[cfg(feature = "full")]
mod fast;
mod item;
#[cfg(feature = "full")]
mod mapping;
#[cfg(feature = "full")]
mod number;
#[cfg(feature = "full")]
mod protocol;
#[cfg(feature = "full")]
mod repr_guard;
#[cfg(feature = "full")]
mod sequence;
mod text;

pub use attribute::AttributeName;
pub use compare::CompareOp;
#[cfg(feature = "full")]
pub use fast::FastSequence;
#[cfg(feature = "full")]
pub use protocol::Sent;
#[cfg(feature = "full")]
pub use repr_guard::ReprGuard;
