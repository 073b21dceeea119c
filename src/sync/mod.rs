//! Objects that threads share: objects that are made once, interned names, and locks of objects.
//!
//! | | |
//! |---|---|
//! | [`OnceObject<T>`](OnceObject) | a static for an object that is made or imported at its first use |
//! | [`OnceObjects<N>`](OnceObjects) | the same for several attributes of one module |
//! | [`Guarded<T>`](Guarded) | Rust data with objects in it, for statics and module state |
//! | [`intern!`](crate::intern) | an interned name, made at its first use |
//! | [`with_critical_section`] | an object's lock, on builds without a GIL |

mod critical_section;
mod guarded;
mod intern;
mod once;
mod once_objects;
mod step;

pub use critical_section::{with_critical_section, with_critical_section2};
pub use guarded::Guarded;
pub use intern::Interned;
pub use once::OnceObject;
pub use once_objects::OnceObjects;
pub(crate) use step::locked_for_a_step;
