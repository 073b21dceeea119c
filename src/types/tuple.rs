//! `tuple`.

use super::{PyAny, PyTuple};
use crate::ffi;
use crate::refs::Borrowed;

impl<'py> Borrowed<'py, PyTuple> {
    /// The number of items. O(1), cannot fail.
    #[doc(alias = "PyTuple_Size")]
    #[doc(alias = "PyTuple_GET_SIZE")]
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        // SAFETY: a live tuple, whose size never changes and is not negative.
        (unsafe { ffi::PyTuple_GET_SIZE(self.as_ptr()) }) as usize
    }

    /// Whether there are no items.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, borrowed from the tuple: no reference count changes, and the item lives as
    /// long as the borrow of the tuple.
    ///
    /// `None` beyond the end. Also for a slot that is still NULL: up to 3.13 Python code can find a
    /// tuple through `gc` while C code builds it.
    #[doc(alias = "PyTuple_GetItem")]
    #[doc(alias = "PyTuple_GET_ITEM")]
    #[inline]
    pub fn get(&self, index: usize) -> Option<&Borrowed<'py, PyAny>> {
        if index >= self.len() {
            return None;
        }
        // SAFETY: the index is within the tuple.
        let item = unsafe { ffi::PyTuple_GET_ITEM(self.as_ptr(), index as ffi::Py_ssize_t) };
        // SAFETY: the tuple keeps its items for as long as it lives, which is for the borrow of `self`.
        unsafe { Borrowed::from_ptr_or_opt(self.py(), item) }
    }
}
