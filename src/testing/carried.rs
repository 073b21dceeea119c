//! Objects with unexplained references, which are looked at again when the next watch of all objects ends.
//!
//! C code may keep a reference until its next call, and an object that lives on may have had an unexplained one before.
//! A reference that leaks stays, and an object that lives on gets more of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use crate::ledger::watch::{Object, Watched};

/// An object to which one reference is kept, with the number of unexplained ones that there were.
struct Carried {
    watched: Watched,
    left: isize,
}

static CARRIED: Mutex<Option<HashMap<Object, Carried>>> = Mutex::new(None);

/// What the watch before has found: for each object, the number of unexplained references, and whether the object has
/// been watched again since.
#[derive(Default)]
pub(super) struct Before(HashMap<Object, (isize, bool)>);

impl Before {
    /// Adds the objects of the watch before to those of this one.
    pub(super) fn take(watched: &mut HashMap<Object, Watched>) -> Before {
        let mut before = HashMap::new();
        for (object, mut carried) in take() {
            let again = match watched.entry(object) {
                Entry::Occupied(mut entry) => {
                    entry.get_mut().pins += 1;
                    true
                }
                Entry::Vacant(entry) => {
                    carried.watched.pins = 1;
                    entry.insert(carried.watched);
                    false
                }
            };
            before.insert(object, (carried.left, again));
        }
        Before(before)
    }

    /// Whether the references that are `left` are the ones of a leak.
    pub(super) fn confirms(&self, object: Object, left: isize) -> bool {
        match self.0.get(&object) {
            Some((before, true)) => left > *before,
            Some((before, false)) => left >= *before,
            None => false,
        }
    }

    /// Keeps an object with unexplained references until the next watch, unless it has been kept long enough. Returns
    /// whether one reference of its pin is kept.
    pub(super) fn keep(&self, object: Object, watched: Watched, left: isize) -> bool {
        if self.0.get(&object).is_some_and(|(_, again)| !again) {
            return false;
        }
        let mut carried = CARRIED.lock().unwrap_or_else(PoisonError::into_inner);
        let carried = carried.get_or_insert_default();
        carried.insert(object, Carried { watched, left });
        true
    }
}

/// The objects that were kept, with the number of references to release.
pub(super) fn end() -> impl Iterator<Item = (Object, isize)> {
    take().into_keys().map(|object| (object, 1))
}

fn take() -> HashMap<Object, Carried> {
    let mut carried = CARRIED.lock().unwrap_or_else(PoisonError::into_inner);
    carried.take().unwrap_or_default()
}
