//! `type`.

mod address;
mod class_of;
mod inspect;
mod namespace;
mod make;
