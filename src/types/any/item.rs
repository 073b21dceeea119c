//! Items: `self[key]`.

use crate::error::{PyResult, assert_clear, check_status, check_truth};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyIterator};

/// ## Any object: items
impl<'py> Borrowed<'py, PyAny> {
    /// `self[key]`. A new reference; both are borrowed.
    ///
    /// # Errors
    /// `KeyError`, `IndexError`, `TypeError`, or what `__getitem__` raises.
    #[doc(alias = "PyObject_GetItem")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_item(&self, key: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyObject_GetItem(self.as_ptr(), key.as_ptr()) };
        // SAFETY: a new reference or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self[key] = value`. All are borrowed: the container takes its own references.
    ///
    /// # Errors
    /// What `__setitem__` raises, or `TypeError` if the type has none.
    #[doc(alias = "PyObject_SetItem")]
    #[inline]
    pub fn set_item(
        &self,
        key: &Borrowed<'_, PyAny>,
        value: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, ()> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyObject_SetItem(self.as_ptr(), key.as_ptr(), value.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `del self[key]`.
    ///
    /// # Errors
    /// What `__delitem__` raises, or `TypeError` if the type has none.
    #[doc(alias = "PyObject_DelItem")]
    #[doc(alias = "PyMapping_DelItem")]
    #[inline]
    pub fn del_item(&self, key: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyObject_DelItem(self.as_ptr(), key.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `item in self`.
    ///
    /// # Errors
    /// What `__contains__` or the comparison with an item raises, or `TypeError` if `self` is neither a
    /// container nor iterable.
    #[doc(alias = "PySequence_Contains")]
    #[doc(alias = "PySequence_In")]
    #[inline]
    pub fn contains(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call.
        let truth = unsafe { ffi::PySequence_Contains(self.as_ptr(), item.as_ptr()) };
        check_truth(self.py(), truth)
    }
}

/// ## Any object: iteration
impl<'py> Borrowed<'py, PyAny> {
    /// `iter(self)`. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object is not iterable, or what `__iter__` raises.
    #[doc(alias = "PyObject_GetIter")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter(&self) -> PyResult<'py, Owned<'py, PyIterator>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyObject_GetIter(self.as_ptr()) };
        // SAFETY: a new reference to an iterator (the call checks it), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
