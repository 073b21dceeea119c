//! Objects that threads share: objects that are made once, interned names, and locks of objects.
//!
//! | | |
//! |---|---|
//! | [`OnceObject<T>`](OnceObject) | a static for an object that is made or imported at its first use |
//! | [`intern!`](crate::intern) | an interned name, made at its first use |
//! | [`with_critical_section`] | an object's lock, on builds without a GIL |

mod critical_section;
mod intern;
mod once;
mod step;

pub use critical_section::{with_critical_section, with_critical_section2};
pub use intern::Interned;
pub use once::OnceObject;
pub(crate) use step::locked_for_a_step;
