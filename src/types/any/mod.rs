//! What every object can do: the methods of `Borrowed<'py, PyAny>`, a file for each group.

mod attribute;
mod compare;
mod item;
mod number;
mod text;

pub use attribute::AttributeName;
pub use compare::CompareOp;
