//! Scalars that leave a list by value.

use crate::error::PyResult;
#[cfg(not(Py_GIL_DISABLED))]
use crate::ffi;
use crate::refs::{Borrowed, Owned};
#[cfg(not(Py_GIL_DISABLED))]
use crate::types::PyAny;
use crate::types::{Loaded, PyList};

/// ## list: scalars by value
impl<'py> Borrowed<'py, PyList> {
    /// The item at `index`: a scalar by value, anything else as a new reference. O(1).
    ///
    /// # Errors
    /// `IndexError` beyond the end.
    #[doc(alias = "PyList_GetItem")]
    #[doc(alias = "PyList_GET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn load(&self, index: usize) -> PyResult<'py, Loaded<'py>> {
        match self.load_within(index) {
            Some(item) => Ok(item),
            None => self.get(index).map(Owned::into_loaded),
        }
    }

    /// Iterates over the items: scalars by value, anything else as new references.
    ///
    /// The list may change meanwhile, as for [`iter`](Borrowed::iter).
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter_loaded<'a>(&'a self) -> LoadedListIter<'a, 'py> {
        LoadedListIter {
            list: self,
            index: 0,
        }
    }

    /// The item at `index`, or `None` beyond the end.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn load_within(&self, index: usize) -> Option<Loaded<'py>> {
        if index >= self.len() {
            return None;
        }
        #[cfg(not(Py_GIL_DISABLED))]
        {
            // SAFETY: within the list, since nothing has run since the size was read.
            let item = unsafe { ffi::PyList_GET_ITEM(self.as_ptr(), index as ffi::Py_ssize_t) };
            // SAFETY: the list keeps the item alive, and loading it runs nothing else. NULL if C code is
            // still building the list.
            let item: Option<&Borrowed<'_, PyAny>> =
                unsafe { Borrowed::from_ptr_or_opt(self.py(), item) };
            item.map(Borrowed::<PyAny>::load)
        }
        // Another thread may release the item: a reference must be held while it is read.
        #[cfg(Py_GIL_DISABLED)]
        self.get(index).ok().map(Owned::into_loaded)
    }
}

/// The items of a list, [`Loaded`]: created by [`iter_loaded`](Borrowed::iter_loaded).
#[must_use = "iterators do nothing unless they are used"]
pub struct LoadedListIter<'a, 'py> {
    list: &'a Borrowed<'py, PyList>,
    /// The next index; `usize::MAX` after the end was reached, so that the iterator stays at its end.
    index: usize,
}

impl<'py> Iterator for LoadedListIter<'_, 'py> {
    type Item = Loaded<'py>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Loaded<'py>> {
        let next = self.list.load_within(self.index);
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
}

impl std::iter::FusedIterator for LoadedListIter<'_, '_> {}
