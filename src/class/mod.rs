//! Python classes made of Rust structs: [`class!`](crate::class!) and what it needs.
//!
//! The struct is the class: an instance is an `Owned<'py, Name>` or a `&Borrowed<'py, Name>`, and
//! [`payload`](crate::Borrowed::payload) lends its Rust value. The page of [`class!`](crate::class!) begins with an example, and
//! describes the declaration; that of [`traverse!`](crate::traverse!) says what Python's cycle collector sees of a struct. The
//! [guide](crate::guide::classes) has a chapter.
//!
//! # Making instances
//!
//! Python code calls the class, which calls `new`. Rust code asks a [`ClassRef`] for an [`instance`](ClassRef::instance): with the
//! hidden parameter `class: Class`, from another instance with [`own_class`](crate::Borrowed::own_class), or from the module with
//! [`class`](crate::export::ModuleRef::class).
//!
//! # Cells
//!
//! Threads share an instance, and Python code that a method calls may call the method again. So methods have `&self`, and what
//! changes is in a cell. The first one that is enough is the best one:
//!
//! | field | when | its price |
//! |---|---|---|
//! | `T`, `Shared<T>` | it never changes | none |
//! | [`Scalar<T>`](Scalar) | a number, `bool` or `char`, which changes by itself | none but in [`update`](Scalar::update) and [`replace`](Scalar::replace), which are atomic |
//! | [`Slot<T>`](Slot) | an object or none, which is replaced as a whole | a reference for each read |
//! | [`Locked<T>`](Locked) | Rust data that one call at a time changes, or of which several parts belong together | two stores on builds with a GIL, two atomic operations without one |
//!
//! The collector sees the references in all four. With atomics of std, `Scalar` has nothing to do; locks of std do not know the
//! collector, and a thread that waits for one keeps the GIL: a field with such a lock is left out of the
//! [`traverse!`](crate::traverse!), and must hold no references that can be in a cycle.

mod collections;
mod dealloc;
mod declared;
mod instance;
mod line;
mod join;
mod locked;
mod macros;
mod member;
mod new;
mod output;
mod receiver;
mod reference;
mod run;
mod scalar;
#[doc(hidden)]
pub mod slots;
mod state;
mod table;
mod trash;
mod traverse;
mod visit;

pub use declared::Class;
pub use locked::{Locked, LockedGuard};
pub use output::{NewOutput, SlotOutput};
pub use receiver::{ClassReceiver, Receiver};
pub use reference::{ClassRef, HasClass};
pub use scalar::{Scalar, ScalarValue};
pub use visit::{Traverse, Visit};

pub use crate::refs::Slot;

/// The items that the expansions of [`class!`](crate::class!), [`traverse!`](crate::traverse!) and
/// [`module!`](crate::module) name. Not for direct use: they may change at any time.
#[doc(hidden)]
pub mod expansion {
    pub use super::Class;
    pub use super::declared::{is_exact_instance, is_instance};
    pub use super::join::{Joins, check, joined};
    pub use super::line::{Flags, Line, constant};
    pub use super::member::{Binding, field, method, property, setter, setter_and_deleter};
    pub use super::new::{Constructor, new};
    pub use super::output::{
        Mismatch, SlotFunction, Takes, finish_new, finish_object, finish_slot, operand,
    };
    pub use super::receiver::{
        Member, class_of_instance, class_of_type, class_receiver, instance, module_of_instance,
        module_of_type,
    };
    pub use super::run::Buffer;
    pub use super::slots::{self, Filled, SlotName};
    pub use super::state::{Probe, Unknown};
    pub use super::table::{Entries, Tables};
    pub use super::visit::{Traverse, Visit, holds, holds_in, is_plain, quiet};
    pub use crate::export::expansion::*;
    pub use crate::ffi;
    pub use crate::refs::{Object, Python, Subtype, TypeCheck};
    pub use core::marker::Sized;
    pub use core::mem::{needs_drop, offset_of};
    pub use core::primitive::{str, usize};
    pub use core::result::Result;
    pub use core::unreachable;
    pub use std::ffi::CStr;
}
