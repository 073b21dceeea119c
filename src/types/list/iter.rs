//! Iterating over a list.

use std::iter::FusedIterator;

#[cfg(not(Py_GIL_DISABLED))]
use crate::ledger::Kind;
use crate::ledger::Site;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyList};

/// The items of a list as new references: created by [`iter`](Borrowed::iter).
///
/// `size_hint` is exact while the size of the list does not change.
#[must_use = "iterators do nothing unless they are used"]
pub struct ListIter<'a, 'py> {
    list: &'a Borrowed<'py, PyList>,
    /// The next index; `usize::MAX` after the end was reached, so that the iterator stays at its end.
    index: usize,
    site: Site,
}

impl<'a, 'py> ListIter<'a, 'py> {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn new(list: &'a Borrowed<'py, PyList>) -> ListIter<'a, 'py> {
        ListIter {
            list,
            index: 0,
            site: Site::here(),
        }
    }
}

/// The item at `index`, which the caller has just compared with the list's size.
#[cfg(not(Py_GIL_DISABLED))]
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn item<'py>(
    list: &Borrowed<'py, PyList>,
    index: usize,
    site: Site,
) -> Option<Owned<'py, PyAny>> {
    use crate::ffi;

    // SAFETY: within the list, since nothing has run since the size was read.
    let item = unsafe { ffi::PyList_GET_ITEM(list.as_ptr(), index as ffi::Py_ssize_t) };
    // SAFETY: the list keeps its items alive, and nothing has run since it was read. NULL if C code is
    // still building the list.
    let item: Option<&Borrowed<'py, PyAny>> = unsafe { Borrowed::from_ptr_or_opt(list.py(), item) };
    item.map(|item| item.count(Kind::New, site))
}

/// The item at `index`, which the caller has just compared with the list's size; `None` if another thread has
/// shortened the list since.
#[cfg(Py_GIL_DISABLED)]
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn item<'py>(list: &Borrowed<'py, PyList>, index: usize, site: Site) -> Option<Owned<'py, PyAny>> {
    // Dropping the `Raised` clears the `IndexError`, which is the only one there can be.
    list.item_at(index, site).ok()
}

impl<'py> Iterator for ListIter<'_, 'py> {
    type Item = Owned<'py, PyAny>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Owned<'py, PyAny>> {
        let next = if self.index < self.list.len() {
            item(self.list, self.index, self.site)
        } else {
            None
        };
        self.index = match next {
            Some(_) => self.index + 1,
            None => usize::MAX,
        };
        next
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.list.len().saturating_sub(self.index);
        (len, Some(len))
    }

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn nth(&mut self, n: usize) -> Option<Owned<'py, PyAny>> {
        self.index = self.index.saturating_add(n);
        self.next()
    }
}

impl FusedIterator for ListIter<'_, '_> {}

impl<'a, 'py> IntoIterator for &'a Borrowed<'py, PyList> {
    type Item = Owned<'py, PyAny>;
    type IntoIter = ListIter<'a, 'py>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_iter(self) -> ListIter<'a, 'py> {
        self.iter()
    }
}
