//! Iterating over a dict.

use std::iter::FusedIterator;

use super::entries::Cursor;
use super::watched::Watched;
use crate::error::{PyResult, PyRuntimeError, Raised};
use crate::ledger::{Kind, Site};
use crate::refs::{Borrowed, Owned, Python};
use crate::sync::{locked_for_a_step, with_critical_section};
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
    /// What comes next.
    cursor: Cursor,
    /// The dict's size at the beginning, or [`ENDED`].
    size: usize,
    /// How many items are still to come.
    remaining: usize,
    site: Site,
}

/// In place of a size: nothing comes any more. No dict is that large, so that the comparison of sizes,
/// which each step makes anyway, finds it.
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

/// What there is at a position.
enum Step<R> {
    Item(R),
    End,
    Changed(Change),
}

/// What has happened to the dict since the iteration began.
#[derive(Clone, Copy)]
enum Change {
    Size,
    Keys,
}

impl Change {
    /// The error that ends the iteration.
    #[cold]
    #[inline(never)]
    fn raise(self, py: Python<'_>) -> Raised<'_> {
        py.raise::<PyRuntimeError>(match self {
            Change::Size => "dictionary changed size during iteration",
            Change::Keys => "dictionary keys changed during iteration",
        })
    }
}

/// The next item, over which `cursor` moves. `take` sees it borrowed, and runs nothing that could change the dict. Nothing
/// else runs here either: no Python code, and nothing that waits.
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
    if dict.len() != size {
        return Step::Changed(Change::Size);
    }
    // SAFETY: a live dict that no other thread changes meanwhile, by the caller's promise.
    let found = unsafe { cursor.next(dict.as_ptr()) };
    let Some((key, value)) = found else {
        return Step::End;
    };
    let Some(left) = remaining.checked_sub(1) else {
        return Step::Changed(Change::Keys);
    };
    *remaining = left;
    // SAFETY: borrowed from the dict, which nothing changes before `take` has returned.
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
    /// The next item, as `take` makes it of the borrowed key and value; it runs no Python code, which
    /// could change the dict.
    #[inline]
    pub(in crate::types) fn next_with<R>(
        &mut self,
        take: impl FnOnce(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> R,
    ) -> Option<PyResult<'py, R>> {
        let (dict, size) = (self.dict, self.size);
        // Without the lock another thread could release what the step has found.
        let step = || {
            // SAFETY: the dict is locked.
            unsafe { step(dict, size, &mut self.cursor, &mut self.remaining, take) }
        };
        // SAFETY: a step runs nothing, nor does `take`.
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

    /// Lends all items to `f`, until it fails. The dict is locked once for all of them.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn lend_each<E: From<Raised<'py>>>(
        self,
        mut f: impl FnMut(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> Result<(), E>,
    ) -> Result<(), E> {
        let DictIter {
            dict,
            mut cursor,
            size,
            mut remaining,
            site,
        } = self;
        with_critical_section(dict, || {
            // SAFETY: the dict is locked; what `f` gives up for a time it has got back when it returns, see below.
            if let Some(watched) = unsafe { Watched::begin(dict, size, &cursor) } {
                if !watched.each(&mut cursor, &mut remaining, &mut f)? {
                    return Ok(());
                }
            }
            loop {
                let count = |object: &Borrowed<'py, PyAny>| object.count(Kind::New, site);
                let take = |key: &_, value: &_| (count(key), count(value));
                // SAFETY: the dict is locked. `f` may give up the lock for a time, by running Python code,
                // but it has got it back by the time it returns: the sections that it begins are closures,
                // and end in it.
                match unsafe { step(dict, size, &mut cursor, &mut remaining, take) } {
                    Step::Item((key, value)) => f(&key, &value)?,
                    Step::End => return Ok(()),
                    Step::Changed(change) => return Err(change.raise(dict.py()).into()),
                }
            }
        })
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
