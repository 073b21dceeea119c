//! The common methods of `bytes`.

use std::slice;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyBytes};

impl PyBytes {
    /// A new `bytes` with a copy of `bytes`. Empty and one-byte ones are shared.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyBytes_FromStringAndSize")]
    #[doc(alias = "PyBytes_FromString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<'py, Owned<'py, PyBytes>> {
        py.assert_attached();
        // SAFETY: pointer and length are those of a slice, and not NULL.
        let result = unsafe {
            ffi::PyBytes_FromStringAndSize(bytes.as_ptr().cast(), bytes.len() as ffi::Py_ssize_t)
        };
        // SAFETY: a new reference to bytes, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// The bytes of a buffer or of an iterable of ints, which is borrowed. A new reference; a `bytes` proper is
    /// returned as it is. Unlike Python's `bytes(source)` it does not ask for `__bytes__`, and refuses an int:
    /// [`bytes`](Borrowed::bytes) does the one.
    ///
    /// # Errors
    /// `TypeError`, `ValueError` for an int that is no byte, or what the source raises.
    #[doc(alias = "PyBytes_FromObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_object<'py>(
        py: Python<'py>,
        source: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyBytes>> {
        py.assert_attached();
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyBytes_FromObject(source.as_ptr()) };
        // SAFETY: a new reference to bytes, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of bytes
impl<'py> Borrowed<'py, PyBytes> {
    /// The content, borrowed from the object: no copy.
    #[doc(alias = "PyBytes_AS_STRING")]
    #[doc(alias = "PyBytes_AsString")]
    #[doc(alias = "PyBytes_AsStringAndSize")]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: live bytes.
        let data = unsafe { ffi::PyBytes_AS_STRING(self.as_ptr()) };
        // SAFETY: so many bytes, which live and stay the same as long as the object, which `self`
        // borrows: a bytes changes only through `Owned::append`, which takes the `Owned` by value.
        unsafe { slice::from_raw_parts(data.cast(), self.len()) }
    }

    /// The number of bytes. O(1), cannot fail.
    #[doc(alias = "PyBytes_Size")]
    #[doc(alias = "PyBytes_GET_SIZE")]
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        // SAFETY: live bytes, whose size is not negative.
        (unsafe { ffi::Py_SIZE(self.as_ptr()) }) as usize
    }

    /// Whether there are no bytes.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `self + other` as a new reference. Both are borrowed.
    ///
    /// # Errors
    /// `MemoryError`, or `OverflowError` beyond what an object can hold.
    #[doc(alias = "PyBytes_Concat")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn concat(&self, other: &Borrowed<'_, PyBytes>) -> PyResult<'py, Owned<'py, PyBytes>> {
        // The additional reference keeps `self` from being written in place.
        self.new_ref().append(other)
    }
}

/// # Methods of bytes
impl<'py> Owned<'py, PyBytes> {
    /// `self + other`, reusing `self`: the reference is stolen, and the result is a new one.
    ///
    /// If `self` is the only reference to a plain bytes, it grows in place; otherwise it is copied.
    /// `other` is borrowed.
    ///
    /// # Errors
    /// `MemoryError`, or `OverflowError` beyond what an object can hold; `self` is released then, too.
    #[doc(alias = "PyBytes_Concat")]
    #[doc(alias = "PyBytes_ConcatAndDel")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn append(self, other: &Borrowed<'_, PyBytes>) -> PyResult<'py, Owned<'py, PyBytes>> {
        let py = self.py();
        let mut left = self.into_ptr();
        // SAFETY: `left` is an owned reference to bytes, which the call steals and replaces by a new one,
        // or by NULL with an exception set; it changes the bytes in place only with a count of 1.
        unsafe { ffi::PyBytes_Concat(&mut left, other.as_ptr()) };
        // SAFETY: as above.
        unsafe { Owned::from_new_ptr_or_raised(py, left) }
    }
}
