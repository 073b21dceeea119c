//! The items of a list, lent.

use crate::ffi;
use crate::ledger::Site;
use crate::refs::Borrowed;
use crate::sync::with_critical_section;
use crate::types::any::Held;
use crate::types::{Loaded, PyList};

/// ## list: items that are lent
impl<'py> Borrowed<'py, PyList> {
    /// Calls `f` with each item, up to the first error: scalars by value, the rest lent until `f` returns. The fastest way
    /// to iterate over a list that is safe, on every build.
    ///
    /// What is lent stays alive until `f` returns, whatever happens to the list: pyptr takes a reference to it, and releases
    /// it then. Scalars are not counted.
    ///
    /// `f` may run any code. The list may change meanwhile, as for [`iter`](Borrowed::iter). On free-threaded builds it is
    /// locked once for all items, as by [`with_critical_section`](crate::sync::with_critical_section).
    ///
    /// # Errors
    /// The first error of `f`; there are no others.
    #[doc(alias = "PyList_GET_ITEM")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn for_each_loaded<E>(
        &self,
        mut f: impl FnMut(Loaded<'_, 'py>) -> Result<(), E>,
    ) -> Result<(), E> {
        let site = Site::here();
        with_critical_section(self, || {
            let mut index = 0;
            while index < self.len() {
                // SAFETY: within the list, since nothing has run since the size was read, and on free-threaded builds the
                // list is locked: a lock that `f` releases for a time is held again when `f` returns.
                let item = unsafe { ffi::PyList_GET_ITEM(self.as_ptr(), index as ffi::Py_ssize_t) };
                // C code is still building the list.
                if item.is_null() {
                    break;
                }
                index += 1;
                let mut held = Held::nothing();
                // SAFETY: the list has the item now.
                f(unsafe { held.lend(self.py(), item, true, site) })?;
            }
            Ok(())
        })
    }
}
