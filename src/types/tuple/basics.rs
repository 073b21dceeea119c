//! The common methods of `tuple`.

use std::slice;

use super::TupleIter;
use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyTuple, checked_size};

/// # Methods of tuple
impl<'py> Borrowed<'py, PyTuple> {
    /// The number of items. O(1), cannot fail.
    #[doc(alias = "PyTuple_Size")]
    #[doc(alias = "PyTuple_GET_SIZE")]
    #[doc(alias = "Py_SIZE")]
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
    /// `None` beyond the end, and for an item that is still NULL: up to 3.13, Python code can find a tuple
    /// through `gc` while C code builds it.
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

    /// All items as a slice, which is the tuple's own array and is borrowed from the tuple. No reference
    /// count changes.
    ///
    /// # Safety
    /// No item is NULL. That is true of every tuple that was returned to Python code or made by this crate,
    /// but not of a tuple that C code is still building, which Python code can find through `gc` up to 3.13.
    /// [`get`](Borrowed::get) and [`iter`](Borrowed::iter) test each item.
    #[inline]
    pub unsafe fn as_slice(&self) -> &[&Borrowed<'py, PyAny>] {
        let tuple = self.as_ptr().cast::<ffi::PyTupleObject>();
        // SAFETY: a live tuple, whose items begin at this field (declared as an array of one item); only the
        // address is taken.
        let items = unsafe { &raw const (*tuple).ob_item };
        // SAFETY: `len` pointers, none NULL by the caller's promise, that stay as they are while the tuple
        // lives; `&Borrowed` is such a pointer.
        unsafe { slice::from_raw_parts(items.cast(), self.len()) }
    }

    /// Iterates over the items, borrowed from the tuple: no reference count changes, and the items live
    /// as long as the borrow of the tuple.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter<'a>(&'a self) -> TupleIter<'a, 'py> {
        TupleIter::new(self)
    }

    /// `self[low:high]` as a new reference. Indices beyond the end mean the end. O(`high - low`).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyTuple_GetSlice")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_slice(&self, low: usize, high: usize) -> PyResult<'py, Owned<'py, PyTuple>> {
        let (low, high) = (checked_size::saturate(low), checked_size::saturate(high));
        // SAFETY: a live tuple, borrowed for the call.
        let result = unsafe { ffi::PyTuple_GetSlice(self.as_ptr(), low, high) };
        // SAFETY: a new reference to a tuple, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The index of the first item that is equal to `item`, which is borrowed. O(n).
    ///
    /// # Errors
    /// `ValueError` if there is none, or what a comparison raises.
    #[doc(alias = "PySequence_Index")]
    #[inline]
    pub fn index(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, usize> {
        checked_size::index_of(self, item)
    }
}
