//! What loops over dicts that lend their items have in common.

use super::entries::Cursor;
use super::iter::{Step, step_by};
use super::watched::Watched;
use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Python};
use crate::types::{PyAny, PyDict};

/// A loop over a locked dict that lends keys and values.
pub(super) struct Lender<'a, 'py> {
    dict: &'a Borrowed<'py, PyDict>,
    cursor: Cursor,
    /// The dict's size at the beginning.
    size: usize,
    /// How many items are still to come.
    remaining: usize,
    /// While the dict is watched and has not changed.
    watched: Option<Watched<'a, 'py>>,
}

/// A key and its value, both borrowed from the dict.
pub(super) struct Lent {
    pub(super) key: *mut ffi::PyObject,
    pub(super) value: *mut ffi::PyObject,
    /// Whether both must be counted to stay alive while other code runs. If not, they live until the lender goes on or is
    /// dropped.
    pub(super) counted: bool,
}

impl<'a, 'py> Lender<'a, 'py> {
    /// The start of a dict. To be called before the dict is locked: it may run Python code.
    #[inline(always)]
    pub(super) fn cursor(py: Python<'py>) -> Cursor {
        Cursor::new(py)
    }

    /// # Safety
    /// The dict is locked, as by [`with_critical_section`](crate::sync::with_critical_section), until the lender is dropped.
    #[inline(always)]
    pub(super) unsafe fn begin(dict: &'a Borrowed<'py, PyDict>, cursor: Cursor) -> Lender<'a, 'py> {
        let size = dict.len();
        Lender {
            dict,
            cursor,
            size,
            remaining: size,
            // SAFETY: the caller's promise.
            watched: unsafe { Watched::begin(dict, size, &cursor) },
        }
    }

    /// The next key and value, after what was lent before is given up. Releasing it may run any code.
    ///
    /// # Safety
    /// The dict is locked.
    #[inline(always)]
    pub(super) unsafe fn next(&mut self) -> PyResult<'py, Option<Lent>> {
        if let Some(watched) = &self.watched {
            if !watched.has_changed() {
                // As many as it had at the beginning.
                self.remaining = self.remaining.wrapping_sub(1);
                // SAFETY: a live dict, which is locked.
                let Some((key, value)) = (unsafe { self.cursor.next_here(self.dict.as_ptr()) })
                else {
                    return Ok(None);
                };
                let counted = !watched.lend(key, value);
                if counted {
                    self.watched = None;
                }
                return Ok(Some(Lent {
                    key,
                    value,
                    counted,
                }));
            }
            self.watched = None;
        }
        let (cursor, remaining) = (&mut self.cursor, &mut self.remaining);
        // SAFETY: the dict is locked.
        let next = |cursor: &mut Cursor, dict| unsafe { cursor.next_here(dict) };
        let take = |key: &Borrowed<'py, PyAny>, value: &Borrowed<'py, PyAny>| Lent {
            key: key.as_ptr(),
            value: value.as_ptr(),
            counted: true,
        };
        // SAFETY: the dict is locked.
        let step = unsafe { step_by(self.dict, self.size, cursor, remaining, next, take) };
        match step {
            Step::Item(lent) => Ok(Some(lent)),
            Step::End => Ok(None),
            Step::Changed(change) => Err(change.raise(self.dict.py())),
        }
    }
}
