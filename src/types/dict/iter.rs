//! Iterating over a dict.

use std::convert::Infallible;
use std::iter::FusedIterator;
use std::ptr;

use crate::error::{PyResult, PyRuntimeError};
use crate::ffi;
use crate::ledger::{Kind, Site};
use crate::refs::{Borrowed, Owned};
use crate::sync::with_critical_section;
use crate::types::{PyAny, PyDict};

/// The keys and values of a dict as new references: made by [`iter`](Borrowed::iter).
///
/// Any code may run between two steps. If it changes the dict's size, or replaces keys so that there are
/// more items to come than there were in the dict, the next item is an `Err` with Python's own
/// `RuntimeError`, and the iteration ends. Values may be replaced.
///
/// On free-threaded builds the dict is locked for each step, not in between; `for_each` and `fold`, and
/// [`try_for_each`](Borrowed::try_for_each) of the dict itself, lock it once, which is faster.
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
    site: Site,
}

impl<'a, 'py> DictIter<'a, 'py> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn new(dict: &'a Borrowed<'py, PyDict>) -> DictIter<'a, 'py> {
        let size = dict.len();
        DictIter {
            dict,
            position: 0,
            size,
            remaining: size,
            done: false,
            site: Site::here(),
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
///
/// # Safety
/// This thread holds the GIL, or has the dict locked.
#[inline(always)]
unsafe fn step<'py, R>(
    dict: &Borrowed<'py, PyDict>,
    position: &mut ffi::Py_ssize_t,
    take: impl FnOnce(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> R,
) -> Option<R> {
    let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: a live dict that no other thread changes meanwhile, by the caller's promise.
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
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Self::Item> {
        let site = self.site;
        self.next_with(|key, value| (key.count(Kind::New, site), value.count(Kind::New, site)))
    }

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, init: B, mut f: F) -> B {
        let folded = self.all_locked(init, |folded, item| Ok::<B, Infallible>(f(folded, item)));
        match folded {
            Ok(folded) => folded,
            Err(never) => match never {},
        }
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
        // Without the lock another thread could release what the step has found.
        // SAFETY: the dict is locked.
        with_critical_section(self.dict, || unsafe { self.next_locked(take) })
    }

    /// Folds all items that are left, until `f` fails. The dict is locked once for all of them.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn all_locked<B, E>(
        mut self,
        mut folded: B,
        mut f: impl FnMut(B, PyResult<'py, (Owned<'py, PyAny>, Owned<'py, PyAny>)>) -> Result<B, E>,
    ) -> Result<B, E> {
        let site = self.site;
        with_critical_section(self.dict, || {
            loop {
                let count = |object: &Borrowed<'py, PyAny>| object.count(Kind::New, site);
                // SAFETY: the dict is locked. `f` may give up the lock for a time, by running Python code,
                // but it has got it back by the time it returns: the sections that it begins are closures,
                // and end in it.
                let item = unsafe { self.next_locked(|key, value| (count(key), count(value))) };
                match item {
                    Some(item) => folded = f(folded, item)?,
                    None => return Ok(folded),
                }
            }
        })
    }

    /// [`next_with`](DictIter::next_with) without the lock.
    ///
    /// # Safety
    /// This thread holds the GIL, or has the dict locked.
    #[inline(always)]
    unsafe fn next_locked<R>(
        &mut self,
        take: impl FnOnce(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> R,
    ) -> Option<PyResult<'py, R>> {
        if self.done {
            return None;
        }
        if self.dict.len() != self.size {
            return self.fail("dictionary changed size during iteration");
        }
        // SAFETY: the caller's promise.
        let Some(item) = (unsafe { step(self.dict, &mut self.position, take) }) else {
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
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_iter(self) -> DictIter<'a, 'py> {
        self.iter()
    }
}
