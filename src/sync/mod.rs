//! What threads share: objects that are made once, interned names, locks of objects.
//!
//! | | |
//! |---|---|
//! | [`OnceObject<T>`](OnceObject) | a static that holds an object once it has been made or imported |
//! | [`intern!`](crate::intern) | a name of this line of code, interned at its first use |
//! | [`with_critical_section`] | an object's lock, on builds without a GIL |

mod critical_section;
mod intern;
mod once;
mod step;

pub use critical_section::{with_critical_section, with_critical_section2};
pub use intern::Interned;
pub use once::OnceObject;
pub(crate) use step::locked_for_a_step;
