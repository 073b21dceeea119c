//! Whether dicts look as expected in this process.

use std::sync::atomic::{AtomicU8, Ordering};

use super::{Entry, GENERAL, Keys, TEXT, entry, keys_of, room, values_and_index};
use crate::error::{PyResult, SavedIndicator};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::dict::entries::{Cursor, Item, by_c};
use crate::types::{PyAny, PyDict, PyFloat, PyModule, PyString};

/// Nobody has looked yet.
const UNKNOWN: u8 = 0;
const AS_EXPECTED: u8 = 1;
const OTHERWISE: u8 = 2;

/// What is known. It is the same for all dicts of the process, whoever finds out first.
static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);

/// Whether dicts are as expected. Has it found out, if nobody has before, which may run Python code, as making objects
/// may.
#[inline]
pub(in super::super) fn is_known(py: Python<'_>) -> bool {
    match STATE.load(Ordering::Relaxed) {
        UNKNOWN => find_out(py),
        state => state == AS_EXPECTED,
    }
}

/// Sets the state, unless memory is short.
#[cold]
#[inline]
fn find_out(py: Python<'_>) -> bool {
    // Whoever iterates may have an exception set.
    let _saved = SavedIndicator::save(py);
    let Ok(as_expected) = compare(py) else {
        return false;
    };
    let state = if as_expected { AS_EXPECTED } else { OTHERWISE };
    STATE.store(state, Ordering::Relaxed);
    as_expected
}

/// Compares dicts of both kinds with what they should look like: small ones word for word, larger ones, whose tables of
/// indices have wider items, with what `PyDict_Next` finds.
#[inline]
fn compare(py: Python<'_>) -> PyResult<'_, bool> {
    for (kind, key) in [(TEXT, text as Key), (GENERAL, number)] {
        let (dict, items) = filled(py, key, 3)?;
        // SAFETY: a live dict that nobody else has.
        let keys = unsafe { keys_of(dict.as_ptr()) };
        // SAFETY: of a size that keys exceed in every version, and of integers only.
        let found = unsafe { keys.read() };
        let expected = Keys {
            refcnt: 1,
            log2_size: 3,
            log2_index_bytes: 3,
            kind,
            version: found.version,
            usable: 2,
            nentries: 3,
        };
        if found != expected {
            return Ok(false);
        }
        for (position, expected) in items.iter().enumerate() {
            // SAFETY: the fields are as expected, so that this reads within what the table takes, whatever may be there.
            let found = match unsafe { entry(dict.as_ptr(), position as isize) } {
                Entry::Item(item) => Some(item),
                Entry::Deleted => None,
                Entry::End | Entry::Shared => return Ok(false),
            };
            if found != *expected {
                return Ok(false);
            }
        }
        for count in [100, 1000] {
            let (dict, _) = filled(py, key, count)?;
            if !is_read_alike(&dict) {
                return Ok(false);
            }
        }
    }
    let (_instance, dict) = namespace(py)?;
    Ok(shares_as_expected(&dict)? && is_read_alike(&dict))
}

/// Compares where the values of a namespace are, before the cursor relies on it. What says where something lies is looked at before
/// it is followed.
#[inline]
fn shares_as_expected<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, bool> {
    // SAFETY: a live dict that nobody else changes, whose fields are as expected.
    if !matches!(unsafe { entry(dict.as_ptr(), 0) }, Entry::Shared) {
        return Ok(false);
    }
    let place = dict.as_ptr().cast::<ffi::PyDictObject>();
    // SAFETY: a field of a live dict.
    let place: *const u8 = unsafe { (*place).ma_values }.cast();
    if place.is_null() {
        return Ok(false);
    }
    // SAFETY: the dict has values.
    let room = unsafe { room(place) };
    if !(dict.len()..=MOST_SHARED).contains(&room) {
        return Ok(false);
    }
    for (position, value) in dict.values()?.iter().enumerate() {
        // SAFETY: there is such a value, and room for as many as expected.
        let (index, values) = unsafe { values_and_index(place, position as isize) };
        if index >= room {
            return Ok(false);
        }
        // SAFETY: there is room for so many.
        let found = unsafe { values.add(index) };
        // SAFETY: as above.
        if unsafe { found.read() } != value.as_ptr() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many keys dicts share at most: `SHARED_KEYS_MAX_SIZE`.
const MOST_SHARED: usize = 30;

/// The namespace of a new instance of a class in Python that each interpreter has. It got its attributes in another
/// order than other instances, and one of them was deleted. No code of the class runs.
#[inline]
fn namespace(py: Python<'_>) -> PyResult<'_, (Owned<'_, PyAny>, Owned<'_, PyDict>)> {
    let class = PyModule::import(py, c"builtins")?
        .getattr(c"__spec__")?
        .type_of();
    let instance = class.call_method1(c"__new__", &class)?;
    for (i, name) in [c"origin", c"name", c"loader", c"loader_state"]
        .into_iter()
        .enumerate()
    {
        instance.setattr(name, &*PyFloat::new(py, i as f64)?)?;
    }
    let dict = instance.getattr(c"__dict__")?.cast_into::<PyDict>()?;
    instance.delattr(c"name")?;
    Ok((instance, dict))
}

/// Makes a key.
type Key = fn(Python<'_>, u32) -> PyResult<'_, Owned<'_, PyAny>>;

fn text(py: Python<'_>, i: u32) -> PyResult<'_, Owned<'_, PyAny>> {
    PyString::new(py, &format!("a key, {i}")).map(Owned::into_any)
}

fn number(py: Python<'_>, i: u32) -> PyResult<'_, Owned<'_, PyAny>> {
    PyFloat::new(py, f64::from(i) + 0.5).map(Owned::into_any)
}

/// A dict with so many keys, of which those in the middle third are deleted again, and what its entries should be.
#[inline]
fn filled(
    py: Python<'_>,
    key: Key,
    count: u32,
) -> PyResult<'_, (Owned<'_, PyDict>, Vec<Option<Item>>)> {
    let dict = PyDict::new(py)?;
    let mut items = Vec::new();
    for i in 0..count {
        let (key, value) = (key(py, i)?, PyFloat::new(py, f64::from(i))?);
        dict.set(&key, &value)?;
        items.push(Some((key.as_ptr(), value.as_ptr())));
    }
    for i in count / 3..count - count / 3 {
        dict.del(&*key(py, i)?)?;
        items[i as usize] = None;
    }
    Ok((dict, items))
}

/// Whether reading in place finds what `PyDict_Next` finds, in a dict of which small ones have been as expected.
#[inline]
fn is_read_alike(dict: &Borrowed<'_, PyDict>) -> bool {
    let mut cursor = Cursor {
        position: 0,
        known: true,
    };
    let mut position = 0;
    loop {
        // SAFETY: a live dict that nobody else has.
        let in_place = unsafe { cursor.next(dict.as_ptr()) };
        // SAFETY: as above.
        let (found, next) = unsafe { by_c(dict.as_ptr(), position) };
        if in_place != found {
            return false;
        }
        if found.is_none() {
            return true;
        }
        if cursor.position != next {
            return false;
        }
        position = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dicts_are_as_expected() {
        Python::initialize();
        Python::attach(|py| {
            assert!(compare(py).expect("memory for a few dicts"));
            assert!(is_known(py));
        });
    }

    #[test]
    fn namespaces_share_their_keys() {
        Python::initialize();
        Python::attach(|py| {
            let (_instance, dict) = namespace(py).expect("memory for an instance");
            // SAFETY: a live dict, and dicts are as expected.
            assert!(matches!(unsafe { entry(dict.as_ptr(), 0) }, Entry::Shared));
            assert!(is_read_alike(&dict));
        });
    }

    #[test]
    fn otherwise_c_is_asked() {
        Python::initialize();
        Python::attach(|py| {
            for key in [text as Key, number] {
                let (dict, items) = filled(py, key, 100).expect("memory for a dict");
                let mut cursor = Cursor {
                    position: 0,
                    known: false,
                };
                // SAFETY: a live dict that nobody else has.
                let next = || unsafe { cursor.next(dict.as_ptr()) };
                let found: Vec<_> = std::iter::from_fn(next).collect();
                assert_eq!(found, items.into_iter().flatten().collect::<Vec<_>>());
            }
        });
    }
}
