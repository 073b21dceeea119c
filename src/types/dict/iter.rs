//! Iterating over a dict.

use std::iter::FusedIterator;

use super::entries::{Cursor, Item};
use crate::error::{PyResult, PyRuntimeError, Raised};
use crate::ffi;
use crate::ledger::{Kind, Site};
use crate::refs::{Borrowed, Owned, Python};
use crate::sync::{locked_for_a_step, with_critical_section};
use crate::types::{PyAny, PyDict};

/// The keys and values of a dict as new references: created by [`iter`](Borrowed::iter).
///
/// Any code may run between two steps. If it changes the dict's size, or replaces keys so that the iterator
/// would return more items than the dict has, the next item is an `Err` with Python's own `RuntimeError`, and
/// the iteration ends. Values may be replaced.
///
/// On free-threaded builds the dict is locked during each step, and not between two steps. `for_each` and
/// `fold`, and the dict's own [`try_for_each`](Borrowed::try_for_each), lock it once for all steps, which is
/// faster.
///
/// It reads what the dict itself holds, also for an instance of a subclass that iterates in its own way or order, such as an
/// `OrderedDict`: see [`iter`](Borrowed::iter).
///
/// `size_hint` is exact while the keys of the dict do not change.
#[must_use = "iterators do nothing unless they are used"]
pub struct DictIter<'a, 'py> {
    dict: &'a Borrowed<'py, PyDict>,
    /// The position of the next item.
    cursor: Cursor,
    /// The dict's size at the beginning, or [`ENDED`].
    size: usize,
    /// How many items are still to come.
    remaining: usize,
    site: Site,
}

/// In place of a size: the iteration has ended. No dict is that large, so the comparison of sizes in each
/// step finds it.
const ENDED: usize = usize::MAX;

impl<'a, 'py> DictIter<'a, 'py> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn new(dict: &'a Borrowed<'py, PyDict>) -> DictIter<'a, 'py> {
        let cursor = Cursor::new(dict.py());
        let size = dict.len();
        DictIter {
            dict,
            cursor,
            size,
            remaining: size,
            site: Site::here(),
        }
    }
}

/// The result of one step.
pub(super) enum Step<R> {
    Item(R),
    End,
    Changed(Change),
}

/// What has happened to the dict since the iteration began.
#[derive(Clone, Copy)]
pub(super) enum Change {
    Size,
    Keys,
}

impl Change {
    /// The error that ends the iteration.
    #[cold]
    #[inline(never)]
    pub(super) fn raise(self, py: Python<'_>) -> Raised<'_> {
        py.raise::<PyRuntimeError>(match self {
            Change::Size => "dictionary changed size during iteration",
            Change::Keys => "dictionary keys changed during iteration",
        })
    }
}

/// Moves `cursor` over the next item, whose key and value `take` borrows. Neither `take` nor this function
/// runs Python code, changes the dict, or waits.
///
/// # Safety
/// This thread holds the GIL, or has the dict locked.
#[inline(always)]
unsafe fn step<'py, R>(
    dict: &Borrowed<'py, PyDict>,
    size: usize,
    cursor: &mut Cursor,
    remaining: &mut usize,
    take: impl FnOnce(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> R,
) -> Step<R> {
    // SAFETY: the caller's promise; the cursor asks for the same.
    let next = |cursor: &mut Cursor, dict| unsafe { cursor.next(dict) };
    // SAFETY: the caller's promise.
    unsafe { step_by(dict, size, cursor, remaining, next, take) }
}

/// [`step`], with the cursor's function.
///
/// # Safety
/// As there, and as for `next`.
#[inline(always)]
pub(super) unsafe fn step_by<'py, R>(
    dict: &Borrowed<'py, PyDict>,
    size: usize,
    cursor: &mut Cursor,
    remaining: &mut usize,
    next: impl FnOnce(&mut Cursor, *mut ffi::PyObject) -> Option<Item>,
    take: impl FnOnce(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> R,
) -> Step<R> {
    if dict.len() != size {
        return Step::Changed(Change::Size);
    }
    // A live dict that no other thread changes meanwhile, by the caller's promise.
    let found = next(cursor, dict.as_ptr());
    let Some((key, value)) = found else {
        return Step::End;
    };
    let Some(left) = remaining.checked_sub(1) else {
        return Step::Changed(Change::Keys);
    };
    *remaining = left;
    // SAFETY: borrowed from the dict, which no code changes before `take` has returned.
    let key = unsafe { Borrowed::from_ptr(dict.py(), key) };
    // SAFETY: as above.
    let value = unsafe { Borrowed::from_ptr(dict.py(), value) };
    Step::Item(take(key, value))
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
        let DictIter {
            dict,
            mut cursor,
            mut size,
            mut remaining,
            site,
        } = self;
        let count = |object: &Borrowed<'py, PyAny>| object.count(Kind::New, site);
        let mut folded = init;
        with_critical_section(dict, || {
            loop {
                let take = |key: &_, value: &_| (count(key), count(value));
                // SAFETY: the dict is locked, see `lend_each`.
                let item = match unsafe { step(dict, size, &mut cursor, &mut remaining, take) } {
                    Step::Item(item) => Ok(item),
                    Step::End => return folded,
                    Step::Changed(_) if size == ENDED => return folded,
                    Step::Changed(change) => {
                        size = ENDED;
                        Err(change.raise(dict.py()))
                    }
                };
                folded = f(folded, item);
            }
        })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self.size {
            ENDED => (0, Some(0)),
            // One more for the error, if there is one.
            _ => (self.remaining, self.remaining.checked_add(1)),
        }
    }
}

impl<'py> DictIter<'_, 'py> {
    /// The next item: what `take` returns for the borrowed key and value. `take` runs no Python code, which
    /// could change the dict.
    #[inline]
    pub(in crate::types) fn next_with<R>(
        &mut self,
        take: impl FnOnce(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> R,
    ) -> Option<PyResult<'py, R>> {
        let (dict, size) = (self.dict, self.size);
        // Without the lock, another thread could release the key and value that the step has found.
        let step = || {
            // SAFETY: the dict is locked.
            unsafe { step(dict, size, &mut self.cursor, &mut self.remaining, take) }
        };
        // SAFETY: this thread holds the GIL, and neither the step nor `take` runs other code.
        let step = unsafe { locked_for_a_step(dict, step) };
        match step {
            Step::Item(item) => Some(Ok(item)),
            Step::End => {
                self.size = ENDED;
                None
            }
            Step::Changed(_) if size == ENDED => None,
            Step::Changed(change) => {
                self.size = ENDED;
                Some(Err(change.raise(dict.py())))
            }
        }
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
