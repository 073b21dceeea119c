//! The sequence protocol: indices are integers, and negative indices count from the end.

use crate::error::{PyResult, check_count, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyList, PyTuple};

/// ## Any object: sequences
impl<'py> Borrowed<'py, PyAny> {
    /// Whether the type has the slot `sq_item` and is no dict, which C calls a sequence. Cannot fail.
    #[doc(alias = "PySequence_Check")]
    #[inline]
    pub fn is_sequence(&self) -> bool {
        // SAFETY: a live object, borrowed for the call.
        unsafe { ffi::PySequence_Check(self.as_ptr()) != 0 }
    }

    /// `self + other` for sequences, as a new reference; both are borrowed.
    ///
    /// # Errors
    /// `TypeError` if `self` is no sequence, or what `__add__` raises.
    #[doc(alias = "PySequence_Concat")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn concat(&self, other: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySequence_Concat(self.as_ptr(), other.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The result of `self += other` for sequences: `self` itself if its type changes it in place. A new
    /// reference; both are borrowed.
    ///
    /// # Errors
    /// `TypeError` if `self` is no sequence, or what `__iadd__` raises.
    #[doc(alias = "PySequence_InPlaceConcat")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn in_place_concat(&self, other: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySequence_InPlaceConcat(self.as_ptr(), other.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self * count` for sequences, as a new reference.
    ///
    /// # Errors
    /// `TypeError` if `self` is no sequence, `MemoryError`, or what `__mul__` raises.
    #[doc(alias = "PySequence_Repeat")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn repeat(&self, count: isize) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySequence_Repeat(self.as_ptr(), count) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The result of `self *= count` for sequences: `self` itself if its type changes it in place. A new
    /// reference.
    ///
    /// # Errors
    /// `TypeError` if `self` is no sequence, `MemoryError`, or what `__imul__` raises.
    #[doc(alias = "PySequence_InPlaceRepeat")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn in_place_repeat(&self, count: isize) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySequence_InPlaceRepeat(self.as_ptr(), count) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self[index]` for sequences, without an `int` object. A new reference. A negative index counts from
    /// the end.
    ///
    /// # Errors
    /// `IndexError`, `TypeError` if `self` is no sequence, or what `__getitem__` raises.
    #[doc(alias = "PySequence_GetItem")]
    #[doc(alias = "PySequence_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_at(&self, index: isize) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySequence_GetItem(self.as_ptr(), index) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self[index] = value` for sequences, without an `int` object. `value` is borrowed: the sequence takes
    /// its own reference. A negative index counts from the end.
    ///
    /// # Errors
    /// `IndexError`, `TypeError` if `self` is no mutable sequence, or what `__setitem__` raises.
    #[doc(alias = "PySequence_SetItem")]
    #[inline]
    pub fn set_at(&self, index: isize, value: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySequence_SetItem(self.as_ptr(), index, value.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `del self[index]` for sequences, without an `int` object. A negative index counts from the end.
    ///
    /// # Errors
    /// `IndexError`, `TypeError` if `self` is no mutable sequence, or what `__delitem__` raises.
    #[doc(alias = "PySequence_DelItem")]
    #[inline]
    pub fn del_at(&self, index: isize) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySequence_DelItem(self.as_ptr(), index) };
        check_status(self.py(), status)
    }

    /// `self[low:high]` as a new reference. Negative indices count from the end.
    ///
    /// # Errors
    /// `TypeError` if `self` cannot be sliced, or what `__getitem__` raises.
    #[doc(alias = "PySequence_GetSlice")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_slice(&self, low: isize, high: isize) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySequence_GetSlice(self.as_ptr(), low, high) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self[low:high] = values`. `values` is borrowed. Negative indices count from the end.
    ///
    /// # Errors
    /// `TypeError` if `self` cannot be sliced or `values` is not iterable, or what `__setitem__` raises.
    #[doc(alias = "PySequence_SetSlice")]
    #[inline]
    pub fn set_slice(
        &self,
        low: isize,
        high: isize,
        values: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySequence_SetSlice(self.as_ptr(), low, high, values.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `del self[low:high]`. Negative indices count from the end.
    ///
    /// # Errors
    /// `TypeError` if `self` cannot be sliced, or what `__delitem__` raises.
    #[doc(alias = "PySequence_DelSlice")]
    #[inline]
    pub fn del_slice(&self, low: isize, high: isize) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySequence_DelSlice(self.as_ptr(), low, high) };
        check_status(self.py(), status)
    }

    /// The number of items of an iterable that are equal to `item`, which is borrowed. O(n).
    ///
    /// # Errors
    /// `TypeError` if `self` is not iterable, or what iterating or a comparison raises.
    #[doc(alias = "PySequence_Count")]
    #[inline]
    pub fn count_of(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, usize> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySequence_Count(self.as_ptr(), item.as_ptr()) };
        check_count(self.py(), status)
    }

    /// The index of the first item of an iterable that is equal to `item`, which is borrowed. O(n).
    ///
    /// # Errors
    /// `ValueError` if there is none, `TypeError` if `self` is not iterable, or what iterating or a
    /// comparison raises.
    #[doc(alias = "PySequence_Index")]
    #[inline]
    pub fn index_of(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, usize> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySequence_Index(self.as_ptr(), item.as_ptr()) };
        check_count(self.py(), status)
    }

    /// `list(self)`: a new list of an iterable's items.
    ///
    /// # Errors
    /// `TypeError` if `self` is not iterable, or what iterating over it raises.
    #[doc(alias = "PySequence_List")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn to_list(&self) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PySequence_List(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `tuple(self)`: a tuple of an iterable's items. A new reference; if `self` is exactly a tuple, to
    /// `self` itself.
    ///
    /// # Errors
    /// `TypeError` if `self` is not iterable, or what iterating over it raises.
    #[doc(alias = "PySequence_Tuple")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn to_tuple(&self) -> PyResult<'py, Owned<'py, PyTuple>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PySequence_Tuple(self.as_ptr()) };
        // SAFETY: a new reference to a tuple, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
