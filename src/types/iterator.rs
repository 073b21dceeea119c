//! Iterators: what `iter()` returns.

use std::ptr;

use crate::error::{PyResult, assert_clear, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyIterator};

impl PyIterator {
    /// An iterator over `sequence[0]`, `sequence[1]` and so on, until the first `IndexError`. A new
    /// reference; `sequence` is borrowed: the iterator takes its own reference.
    ///
    /// # Errors
    /// `MemoryError`; `SystemError` if `sequence` is no sequence.
    #[doc(alias = "PySeqIter_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn over_sequence<'py>(
        py: Python<'py>,
        sequence: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyIterator>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySeqIter_New(sequence.as_ptr()) };
        // SAFETY: a new reference to an iterator, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `iter(callable, sentinel)`: an iterator that calls `callable` until the result is equal to `sentinel`.
    /// A new reference; both are borrowed: the iterator takes its own references.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyCallIter_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn over_calls<'py>(
        py: Python<'py>,
        callable: &Borrowed<'_, PyAny>,
        sentinel: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyIterator>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyCallIter_New(callable.as_ptr(), sentinel.as_ptr()) };
        // SAFETY: a new reference to an iterator, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of iterators
impl<'py> Borrowed<'py, PyIterator> {
    /// The next item as a new reference, or `None` at the end.
    ///
    /// # Errors
    /// What `__next__` raises, other than `StopIteration`.
    #[doc(alias = "PyIter_NextItem")]
    #[doc(alias = "PyIter_Next")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn next_item(&self) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        assert_clear(self.py());
        // From 3.14 on the C function tests this itself.
        #[cfg(not(Py_3_14))]
        if !has_next(self) {
            return Err(no_iterator(self));
        }
        let mut item = ptr::null_mut();
        // SAFETY: a live iterator; `item` receives a new reference or NULL.
        let status = unsafe { ffi::compat::PyIter_NextItem(self.as_ptr(), &mut item) };
        check_status(self.py(), status)?;
        // SAFETY: a new reference, or NULL at the end.
        Ok(unsafe { Owned::from_new_ptr_or_opt(self.py(), item) })
    }
}

/// Whether the type still has the slot that `PyIter_Next` calls: an assignment to `__class__` can give the
/// object another type.
#[cfg(not(Py_3_14))]
#[inline(always)]
fn has_next(object: &Borrowed<'_, PyIterator>) -> bool {
    // SAFETY: a live object.
    let kind = unsafe { ffi::Py_TYPE(object.as_ptr()) };
    // SAFETY: a live type; the field is read as `PyIter_Check` does.
    unsafe { (*kind).tp_iternext }.is_some()
}

#[cfg(not(Py_3_14))]
#[cold]
#[inline]
fn no_iterator<'py>(object: &Borrowed<'py, PyIterator>) -> crate::Raised<'py> {
    crate::CastError::<PyIterator>::new(object).into()
}

/// Ends where the Python iterator ends. An `Err` does not end it: as in Python, what comes after is up
/// to the iterator.
impl<'py> Iterator for Owned<'py, PyIterator> {
    type Item = PyResult<'py, Owned<'py, PyAny>>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_item().transpose()
    }
}
