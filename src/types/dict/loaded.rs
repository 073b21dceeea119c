//! Scalars that leave a dict by value.

use super::DictIter;
use crate::error::PyResult;
use crate::refs::Borrowed;
use crate::types::{Loaded, PyDict};

/// ## dict: scalars by value
impl<'py> Borrowed<'py, PyDict> {
    /// Iterates over keys and values: scalars by value, anything else as new references.
    ///
    /// If the dict's size or keys change meanwhile, the iteration ends with an error, as for
    /// [`iter`](Borrowed::iter).
    #[doc(alias = "PyDict_Next")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter_loaded<'a>(&'a self) -> LoadedDictIter<'a, 'py> {
        LoadedDictIter(self.iter())
    }
}

/// The keys and values of a dict, [`Loaded`]: created by [`iter_loaded`](Borrowed::iter_loaded).
#[must_use = "iterators do nothing unless they are used"]
pub struct LoadedDictIter<'a, 'py>(DictIter<'a, 'py>);

impl<'py> Iterator for LoadedDictIter<'_, 'py> {
    type Item = PyResult<'py, (Loaded<'py>, Loaded<'py>)>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_with(|key, value| (key.load(), value.load()))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl std::iter::FusedIterator for LoadedDictIter<'_, '_> {}
