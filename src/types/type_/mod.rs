//! `type`: type objects.

mod basics;
mod inspect;
mod namespace;
mod address;
mod class_of;
mod make;

pub use address::TypeAddr;
pub use class_of::ClassOf;
