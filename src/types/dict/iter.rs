//! Iterating over a dict.

use std::iter::FusedIterator;
use std::ptr;

use crate::error::{PyResult, PyRuntimeError};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::sync::with_critical_section;
use crate::types::{PyAny, PyDict};

/// The keys and values of a dict as new references: made by [`iter`](Borrowed::iter).
///
/// Any code may run between two steps. If it changes the dict's size, or replaces keys so that there are
/// more items to come than there were in the dict, the next item is an `Err` with Python's own
/// `RuntimeError`, and the iteration ends. Values may be replaced.
///
/// On free-threaded builds the dict is locked for each step, not in between.
///
/// `size_hint` is right for as long as the dict keeps its keys.
#[must_use = "iterators do nothing unless they are used"]
pub struct DictIter<'a, 'py> {
    dict: &'a Borrowed<'py, PyDict>,
    /// Where `PyDict_Next` goes on.
    position: ffi::Py_ssize_t,
    /// The dict's size at the beginning.
    size: usize,
    /// How many items are still to come.
    remaining: usize,
    done: bool,
}

impl<'a, 'py> DictIter<'a, 'py> {
    #[inline]
    pub(super) fn new(dict: &'a Borrowed<'py, PyDict>) -> DictIter<'a, 'py> {
        let size = dict.len();
        DictIter {
            dict,
            position: 0,
            size,
            remaining: size,
            done: false,
        }
    }

    /// Ends the iteration with an error.
    #[cold]
    fn fail<T>(&mut self, message: &str) -> Option<PyResult<'py, T>> {
        self.done = true;
        Some(Err(self.dict.py().raise::<PyRuntimeError>(message)))
    }
}

/// The next item from `position` on, which moves. `PyDict_Next` itself tests that the position is within
/// the dict as it is now. `take` sees it borrowed, and runs nothing that could change the dict.
#[inline]
fn step<'py, R>(
    dict: &Borrowed<'py, PyDict>,
    position: &mut ffi::Py_ssize_t,
    take: impl FnOnce(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> R,
) -> Option<R> {
    let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: a live dict that no other thread changes meanwhile (the GIL, or the lock around this).
    let found = unsafe { ffi::PyDict_Next(dict.as_ptr(), position, &mut key, &mut value) };
    if found == 0 {
        return None;
    }
    // SAFETY: borrowed from the dict, which nothing changes before `take` has returned.
    let key = unsafe { Borrowed::from_ptr(dict.py(), key) };
    // SAFETY: as above.
    let value = unsafe { Borrowed::from_ptr(dict.py(), value) };
    Some(take(key, value))
}

impl<'py> Iterator for DictIter<'_, 'py> {
    type Item = PyResult<'py, (Owned<'py, PyAny>, Owned<'py, PyAny>)>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_with(|key, value| (key.new_ref(), value.new_ref()))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self.done {
            true => (0, Some(0)),
            // One more for the error, if there is one.
            false => (self.remaining, self.remaining.checked_add(1)),
        }
    }
}

impl<'py> DictIter<'_, 'py> {
    /// The next item, as `take` makes it of the borrowed key and value; it runs no Python code, which
    /// could change the dict.
    #[inline]
    pub(in crate::types) fn next_with<R>(
        &mut self,
        take: impl FnOnce(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> R,
    ) -> Option<PyResult<'py, R>> {
        if self.done {
            return None;
        }
        if self.dict.len() != self.size {
            return self.fail("dictionary changed size during iteration");
        }
        // Without the lock another thread could release what the step has found.
        let item = with_critical_section(self.dict, || step(self.dict, &mut self.position, take));
        let Some(item) = item else {
            self.done = true;
            return None;
        };
        match self.remaining.checked_sub(1) {
            Some(remaining) => self.remaining = remaining,
            None => {
                drop(item);
                return self.fail("dictionary keys changed during iteration");
            }
        }
        Some(Ok(item))
    }
}

impl FusedIterator for DictIter<'_, '_> {}

impl<'a, 'py> IntoIterator for &'a Borrowed<'py, PyDict> {
    type Item = PyResult<'py, (Owned<'py, PyAny>, Owned<'py, PyAny>)>;
    type IntoIter = DictIter<'a, 'py>;

    #[inline]
    fn into_iter(self) -> DictIter<'a, 'py> {
        self.iter()
    }
}
