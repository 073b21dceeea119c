//! Whether dicts look as expected in this process.

use std::sync::atomic::{AtomicU8, Ordering};

use super::{Entry, GENERAL, Keys, TEXT, entry, keys_of};
use crate::error::{PyResult, SavedIndicator};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::dict::entries::{Cursor, Item, by_c};
use crate::types::{PyAny, PyDict, PyFloat, PyString};

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
                Entry::End | Entry::OtherKind => return Ok(false),
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
    Ok(true)
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
