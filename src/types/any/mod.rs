//! What every object can do: the methods of `Borrowed<'py, PyAny>`, a file for each group.

mod attribute;
mod codec;
mod compare;
mod fast;
mod file;
mod item;
mod mapping;
mod marshal;
mod number;
mod protocol;
mod repr_guard;
mod sequence;
mod text;

pub use attribute::AttributeName;
pub use compare::CompareOp;
pub use fast::FastSequence;
pub use protocol::Sent;
pub use repr_guard::ReprGuard;
