//! [`Cycle`]: an uncollectable cycle, as it is reported.

use std::fmt;

use crate::testing::json::{self, Json};
use crate::testing::snapshot::Held;
use crate::testing::words::in_function;

/// Why the collector does not free a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Through {
    /// The reference is in memory that a capsule points to, into which the collector does not look.
    Capsule,
    /// The reference is in a module's state, and the module does not show it to the collector.
    Module,
    /// The reference is in an object whose type takes no part in collections: it lacks `Py_TPFLAGS_HAVE_GC`.
    NotCollected,
    /// The reference is in an object whose type has a `tp_traverse` that does not visit it.
    NotVisited,
    /// The type visits the reference, but its `tp_clear` does not release it, or there is no `tp_clear`.
    NotCleared,
}

impl Through {
    /// What the mistake probably is.
    pub const fn hint(self) -> &'static str {
        match self {
            Through::Capsule => {
                "the collector does not look into a capsule: hold a weak reference there, or break the cycle by hand"
            }
            Through::Module => {
                "the collector does not look into this module's state: break the cycle by hand"
            }
            Through::NotCollected => {
                "the type is without `Py_TPFLAGS_HAVE_GC`: with it, it needs a `tp_traverse` that visits the \
                 field and a `tp_clear` that releases it; a class of `class!` has them if its `traverse!` names the field"
            }
            Through::NotVisited => {
                "the type's `tp_traverse` has to visit the field, and its type object if it is a heap type; that of a \
                 class of `class!` does if its `traverse!` names the field"
            }
            Through::NotCleared => {
                "the type's `tp_clear` does not release the field, or is missing"
            }
        }
    }

    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Through::Capsule => "capsule",
            Through::Module => "module",
            Through::NotCollected => "not_collected",
            Through::NotVisited => "not_visited",
            Through::NotCleared => "not_cleared",
        }
    }
}

/// References in native fields that keep their own objects alive, so that these are never freed. All were taken
/// on the same line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cycle {
    /// The references.
    pub held: Held,
    /// Why the collector does not free the cycle.
    pub through: Through,
    /// The name of the type of the object that has the native field.
    pub owner: &'static str,
    /// The names of the types on the way from the object to the one that has the native field.
    pub path: Vec<&'static str>,
}

impl Cycle {
    /// What the mistake probably is.
    pub fn hint(&self) -> &'static str {
        self.through.hint()
    }

    /// `uncollectable cycle through a native field of Node (list -> Node -> list)`
    pub(in crate::testing) fn what(&self) -> String {
        let path = self.path.join(" -> ");
        let of = match self.through {
            Through::Capsule => String::from("a capsule"),
            Through::Module => format!("the state of a {}", self.owner),
            Through::NotCleared => format!("a field of {}", self.owner),
            _ => format!("a native field of {}", self.owner),
        };
        format!(
            "uncollectable cycle through {of} ({path} -> {})",
            self.held.type_name
        )
    }

    /// The finding as a JSON object.
    pub fn to_json(&self) -> String {
        Json::object(|json| {
            json.raw("references", self.held.to_json());
            json.text("through", Some(self.through.name()));
            json.text("owner", Some(self.owner));
            json.array("path", self.path.iter().copied().map(json::of_text));
            json.text("what", Some(&self.what()));
            json.text("text", Some(&self.to_string()));
            json.text("hint", Some(self.hint()));
        })
    }
}

/// `uncollectable cycle through a native field of Node (list -> Node -> list), whose reference to list was
/// taken at src/lib.rs:41:18 (new_ref) in link()`
impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, at) = (&self.held, if self.held.exact { "at" } else { "after" });
        let (place, kind) = (held.place, held.kind.name());
        write!(f, "{}, whose reference to {}", self.what(), held.type_name)?;
        write!(f, " was taken {at} {place} ({kind})")?;
        in_function(f, held.function)
    }
}
