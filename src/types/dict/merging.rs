//! Merging dicts, watching them.

use std::ffi::c_int;

use crate::error::{PyResult, assert_clear, check_status};
use crate::ffi;
use crate::refs::Borrowed;
use crate::types::{PyAny, PyDict};

/// ## dict: merging, watching
impl<'py> Borrowed<'py, PyDict> {
    /// Adds the items of a mapping. If the dict has a key already, its value is replaced if `replace` is
    /// true, and kept otherwise. `other` is borrowed.
    ///
    /// # Errors
    /// `AttributeError` if `other` has no `keys`, or what `other` raises; the items before the error have
    /// been added.
    #[doc(alias = "PyDict_Merge")]
    #[inline]
    pub fn merge(&self, other: &Borrowed<'_, PyAny>, replace: bool) -> PyResult<'py, ()> {
        assert_clear(self.py());
        let replace = c_int::from(replace);
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyDict_Merge(self.as_ptr(), other.as_ptr(), replace) };
        check_status(self.py(), status)
    }

    /// [`merge`](Borrowed::merge) for an iterable of pairs, which is borrowed.
    ///
    /// # Errors
    /// `TypeError` or `ValueError` if an item is no pair, or what iterating raises; the items before the
    /// error have been added.
    #[doc(alias = "PyDict_MergeFromSeq2")]
    #[inline]
    pub fn merge_pairs(&self, pairs: &Borrowed<'_, PyAny>, replace: bool) -> PyResult<'py, ()> {
        assert_clear(self.py());
        let replace = c_int::from(replace);
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyDict_MergeFromSeq2(self.as_ptr(), pairs.as_ptr(), replace) };
        check_status(self.py(), status)
    }

    /// `PyDict_Watch`: reports the dict's changes to a watcher that was registered with `PyDict_AddWatcher`.
    ///
    /// # Errors
    /// `ValueError` if there is no such watcher, `SystemError` before 3.12, which has no watchers.
    ///
    /// # Safety
    /// The caller registered the watcher, and its callback accepts any dict. (Some watchers belong to the
    /// interpreter's optimiser.)
    #[doc(alias = "PyDict_Watch")]
    #[inline]
    pub unsafe fn watch(&self, watcher: c_int) -> PyResult<'py, ()> {
        assert_clear(self.py());
        #[cfg(Py_3_12)]
        // SAFETY: a live dict; the number is checked.
        let status = unsafe { ffi::PyDict_Watch(watcher, self.as_ptr()) };
        #[cfg(not(Py_3_12))]
        let status = no_watchers(self.py(), watcher);
        check_status(self.py(), status)
    }

    /// `PyDict_Unwatch`: undoes [`watch`](Borrowed::watch).
    ///
    /// # Errors
    /// As for [`watch`](Borrowed::watch).
    ///
    /// # Safety
    /// The caller registered the watcher: the interpreter's optimiser and
    /// [`try_for_each`](Borrowed::try_for_each) rely on the reports to theirs.
    #[doc(alias = "PyDict_Unwatch")]
    #[inline]
    pub unsafe fn unwatch(&self, watcher: c_int) -> PyResult<'py, ()> {
        assert_clear(self.py());
        #[cfg(Py_3_12)]
        // SAFETY: a live dict; the number is checked.
        let status = unsafe { ffi::PyDict_Unwatch(watcher, self.as_ptr()) };
        #[cfg(not(Py_3_12))]
        let status = no_watchers(self.py(), watcher);
        check_status(self.py(), status)
    }
}

#[cfg(not(Py_3_12))]
#[inline]
fn no_watchers(py: crate::Python<'_>, _watcher: c_int) -> c_int {
    let message = "dict watchers need Python 3.12";
    py.raise::<crate::error::PySystemError>(message).leave_set();
    -1
}
