//! What keeps an item alive while a loop lends it.

use super::Loaded;
use crate::ffi;
use crate::ledger::{Kind, Site};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyAny;

/// The reference to an item that a loop lends, if it needs one. Dropped when the closure that has the item has returned.
pub(in crate::types) struct Held<'py>(Option<Owned<'py, PyAny>>);

impl<'py> Held<'py> {
    #[inline(always)]
    pub(in crate::types) fn nothing() -> Held<'py> {
        Held(None)
    }

    /// The item as it is lent: with a reference if it is `counted` and no scalar.
    ///
    /// # Safety
    /// `item` is alive now; if it is not `counted`, until `self` is dropped.
    #[inline(always)]
    pub(in crate::types) unsafe fn lend<'a>(
        &'a mut self,
        py: Python<'py>,
        item: *mut ffi::PyObject,
        counted: bool,
        site: Site,
    ) -> Loaded<'a, 'py> {
        // SAFETY: the caller's promise, or the reference that is taken below and lives as long as `self`.
        let item: &'a Borrowed<'py, PyAny> = unsafe { Borrowed::from_ptr(py, item) };
        item.load_keeping(|item| {
            if counted {
                self.0 = Some(item.count(Kind::New, site));
            }
        })
    }
}
