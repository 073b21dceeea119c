//! The items of a tuple, by value or borrowed.

use crate::refs::Borrowed;
use crate::types::{Loaded, PyTuple};

/// ## tuple: items that are lent
impl<'py> Borrowed<'py, PyTuple> {
    /// Calls `f` with each item, up to the first error: scalars by value, the rest borrowed from the tuple. Nothing is counted
    /// or locked, since no code can change a tuple.
    ///
    /// # Errors
    /// The first error of `f`; there are no others.
    ///
    /// # Panics
    /// As for [`iter`](Borrowed::iter).
    #[doc(alias = "PyTuple_GET_ITEM")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn for_each_loaded<'a, E>(
        &'a self,
        mut f: impl FnMut(Loaded<'a, 'py>) -> Result<(), E>,
    ) -> Result<(), E> {
        for item in self {
            f(item.load())?;
        }
        Ok(())
    }
}
