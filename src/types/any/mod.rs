//! What every object can do: the methods of `Borrowed<'py, PyAny>`, a file for each group.

mod attribute;
mod item;
mod call;
mod compare;
mod text;
mod class;
mod number;
mod sequence;
mod mapping;
mod loaded;
mod held;
mod protocol;
mod fast;
mod codec;
mod file;
mod plain; // used by marshal
mod marshal;
mod repr_guard;

pub use attribute::AttributeName;
pub use compare::CompareOp;
pub use fast::FastSequence;
pub(in crate::types) use held::Held;
pub use loaded::Loaded;
pub use protocol::Sent;
pub use repr_guard::ReprGuard;
