//! The common methods of `list`.

use std::ptr::NonNull;

use super::ListIter;
use crate::error::{PyIndexError, PyResult, Raised, check_status};
use crate::ffi;
use crate::ledger::{Kind, Site};
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyList, PyTuple, checked_size};

/// # Methods of list
///
/// Items come out as new references: other code can take them out of the list at any time.
impl<'py> Borrowed<'py, PyList> {
    /// The current number of items. O(1), cannot fail.
    #[doc(alias = "PyList_Size")]
    #[doc(alias = "PyList_GET_SIZE")]
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        // SAFETY: a live list, whose size is not negative.
        (unsafe { ffi::PyList_GET_SIZE(self.as_ptr()) }) as usize
    }

    /// Whether there are no items.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index` as a new reference. O(1).
    ///
    /// # Errors
    /// `IndexError` beyond the end.
    #[doc(alias = "PyList_GetItemRef")]
    #[doc(alias = "PyList_GetItem")]
    #[doc(alias = "PyList_GET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get(&self, index: usize) -> PyResult<'py, Owned<'py, PyAny>> {
        self.item_at(index, Site::here())
    }

    /// [`get`](Borrowed::get) for the line `site`, which need not be the caller's.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn item_at(&self, index: usize, site: Site) -> PyResult<'py, Owned<'py, PyAny>> {
        // Counted here: C's own increment would make the decrement wait, see refcount/full_word.rs.
        #[cfg(all(Py_3_12, not(Py_3_14), not(Py_GIL_DISABLED)))]
        if index < self.len() {
            if let Some(item) = super::iter::item(self, index, site) {
                return Ok(item);
            }
        }
        // An index that wraps around is negative, which C refuses here as it does one beyond the end.
        let index = index as ffi::Py_ssize_t;
        // SAFETY: a live list, borrowed for the call.
        let result = unsafe { ffi::compat::PyList_GetItemRef(self.as_ptr(), index) };
        let result = NonNull::new(result).ok_or_else(|| Raised::set(self.py()))?;
        // SAFETY: a new reference.
        Ok(unsafe { Owned::take(result, Kind::New, site) })
    }

    /// `self[index] = item`. The reference to `item` is stolen, and the list's reference to the old item is
    /// released. O(1).
    ///
    /// # Errors
    /// `IndexError` beyond the end; `item` is released in this case, too.
    #[doc(alias = "PyList_SetItem")]
    #[doc(alias = "PyList_SET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set(&self, index: usize, item: Owned<'_, PyAny>) -> PyResult<'py, ()> {
        // An index that wraps around is negative, which C refuses here as it does one beyond the end.
        let index = index as ffi::Py_ssize_t;
        // SAFETY: a live list; the reference is stolen, on failure as well.
        let status = unsafe { ffi::PyList_SetItem(self.as_ptr(), index, item.into_ptr()) };
        check_status(self.py(), status)
    }

    /// Adds an item at the end. `item` is borrowed: the list takes its own reference. O(1) amortised.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyList_Append")]
    #[inline]
    pub fn append(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyList_Append(self.as_ptr(), item.as_ptr()) };
        check_status(self.py(), status)
    }

    /// Adds an item at the end. The reference to `item` is stolen: no reference count changes. O(1)
    /// amortised.
    ///
    /// # Errors
    /// `MemoryError`; `item` is released in this case, too.
    #[doc(alias = "PyList_Append")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn append_owned(&self, item: Owned<'_, PyAny>) -> PyResult<'py, ()> {
        // Other threads may use the list at this moment, so CPython's own lock is needed.
        #[cfg(Py_GIL_DISABLED)]
        return self.append(&item);
        #[cfg(not(Py_GIL_DISABLED))]
        // SAFETY: this thread holds the GIL.
        unsafe {
            super::builder::append_taking(self, item)
        }
    }

    /// Inserts an item before `index`, or at the end if `index` is beyond the end. `item` is borrowed: the
    /// list takes its own reference. O(n).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyList_Insert")]
    #[inline]
    pub fn insert(&self, index: usize, item: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        let index = checked_size::saturate(index);
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyList_Insert(self.as_ptr(), index, item.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `del self[index]`. The list's reference to the item is released. O(n).
    ///
    /// # Errors
    /// `IndexError` beyond the end.
    #[doc(alias = "PySequence_DelItem")]
    #[doc(alias = "PyList_SetSlice")]
    #[inline]
    pub fn del(&self, index: usize) -> PyResult<'py, ()> {
        if index >= self.len() {
            return Err(self
                .py()
                .raise::<PyIndexError>("list assignment index out of range"));
        }
        let low = checked_size::saturate(index);
        // SAFETY: a live list, borrowed for the call; NULL deletes the slice, which is one item here (or
        // none, if another thread has removed it).
        let status =
            unsafe { ffi::PyList_SetSlice(self.as_ptr(), low, low + 1, std::ptr::null_mut()) };
        check_status(self.py(), status)
    }

    /// `self[low:high] = items`: replaces the items from `low` up to `high` by those of an iterable, which is
    /// borrowed. The list's references to the old items are released. Indices beyond the end mean the end.
    /// O(n).
    ///
    /// # Errors
    /// `TypeError` if `items` is not iterable, what iterating over it raises, or `MemoryError`.
    #[doc(alias = "PyList_SetSlice")]
    #[inline]
    pub fn set_slice(
        &self,
        low: usize,
        high: usize,
        items: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, ()> {
        let (low, high) = (checked_size::saturate(low), checked_size::saturate(high));
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyList_SetSlice(self.as_ptr(), low, high, items.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `del self[low:high]`. The list's references to those items are released. Indices beyond the end mean
    /// the end. O(n).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyList_SetSlice")]
    #[inline]
    pub fn del_slice(&self, low: usize, high: usize) -> PyResult<'py, ()> {
        let (low, high) = (checked_size::saturate(low), checked_size::saturate(high));
        let nothing = std::ptr::null_mut();
        // SAFETY: a live list, borrowed for the call; NULL deletes.
        let status = unsafe { ffi::PyList_SetSlice(self.as_ptr(), low, high, nothing) };
        check_status(self.py(), status)
    }

    /// Adds all items of an iterable at the end. `items` is borrowed.
    ///
    /// # Errors
    /// `TypeError` if `items` is not iterable, or what iterating over it raises.
    #[doc(alias = "PyList_Extend")]
    #[inline]
    pub fn extend(&self, items: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::compat::PyList_Extend(self.as_ptr(), items.as_ptr()) };
        check_status(self.py(), status)
    }

    /// Removes all items. The list's references are released.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyList_Clear")]
    #[inline]
    pub fn clear(&self) -> PyResult<'py, ()> {
        // SAFETY: a live list, borrowed for the call.
        let status = unsafe { ffi::compat::PyList_Clear(self.as_ptr()) };
        check_status(self.py(), status)
    }

    /// Sorts the list in place. O(n log n).
    ///
    /// # Errors
    /// What a comparison raises, and then the order of the items is unspecified; `ValueError` if a comparison
    /// changes the list.
    #[doc(alias = "PyList_Sort")]
    #[inline]
    pub fn sort(&self) -> PyResult<'py, ()> {
        // SAFETY: a live list, borrowed for the call.
        let status = unsafe { ffi::PyList_Sort(self.as_ptr()) };
        check_status(self.py(), status)
    }

    /// Reverses the list in place. O(n).
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyList_Reverse")]
    #[inline]
    pub fn reverse(&self) -> PyResult<'py, ()> {
        // SAFETY: a live list, borrowed for the call.
        let status = unsafe { ffi::PyList_Reverse(self.as_ptr()) };
        check_status(self.py(), status)
    }

    /// A tuple of the items, as a new reference. O(n).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyList_AsTuple")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn to_tuple(&self) -> PyResult<'py, Owned<'py, PyTuple>> {
        // SAFETY: a live list, borrowed for the call.
        let result = unsafe { ffi::PyList_AsTuple(self.as_ptr()) };
        // SAFETY: a new reference to a tuple, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self[low:high]` as a new list. Indices beyond the end mean the end. O(`high - low`).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyList_GetSlice")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_slice(&self, low: usize, high: usize) -> PyResult<'py, Owned<'py, PyList>> {
        let (low, high) = (checked_size::saturate(low), checked_size::saturate(high));
        // SAFETY: a live list, borrowed for the call.
        let result = unsafe { ffi::PyList_GetSlice(self.as_ptr(), low, high) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
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

    /// Iterates over the items, as new references.
    ///
    /// The list may change meanwhile, as in Python: each step takes the item that is then at the next index,
    /// and the iteration ends when that index is beyond the end.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter<'a>(&'a self) -> ListIter<'a, 'py> {
        ListIter::new(self)
    }
}
