//! The common methods of `bytes`.

use std::slice;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyBytes};

impl PyBytes {
    /// A `bytes` with a copy of `bytes`. A new reference; empty and one-byte ones are shared objects.
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

    /// A `bytes` of the content of a buffer, or of an iterable of ints. A new reference: to the object itself
    /// if it is exactly a `bytes`. The source is borrowed. Unlike Python's `bytes(source)`, this does not
    /// call `__bytes__`, as [`bytes`](Borrowed::bytes) does, and refuses an int.
    ///
    /// # Errors
    /// `TypeError` for another object, `ValueError` if an item is not in 0 to 255, or what the source raises.
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
        // SAFETY: `len` bytes, which live and do not change as long as the object, which `self` borrows: a
        // bytes changes only through `Owned::append`, which takes the `Owned` by value.
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

    /// `self + other` as a new reference. `self` and `other` are borrowed.
    ///
    /// # Errors
    /// `MemoryError`, or `OverflowError` if the result is too large for an object.
    #[doc(alias = "PyBytes_Concat")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn concat(&self, other: &Borrowed<'_, PyBytes>) -> PyResult<'py, Owned<'py, PyBytes>> {
        // With a second reference, `PyBytes_Concat` does not change `self` in place.
        self.new_ref().append(other)
    }
}

/// # Methods of bytes
impl<'py> Owned<'py, PyBytes> {
    /// `self + other`, in the memory of `self` if possible. The reference `self` is stolen, and the result is
    /// a new reference; `other` is borrowed.
    ///
    /// If `self` is the only reference to a bytes that is no instance of a subclass, the object grows in
    /// place; otherwise it is copied.
    ///
    /// # Errors
    /// `MemoryError`, or `OverflowError` if the result is too large for an object; `self` is released in this
    /// case, too.
    #[doc(alias = "PyBytes_Concat")]
    #[doc(alias = "PyBytes_ConcatAndDel")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn append(self, other: &Borrowed<'_, PyBytes>) -> PyResult<'py, Owned<'py, PyBytes>> {
        let py = self.py();
        let mut left = self.into_ptr();
        // SAFETY: `left` is an owned reference to bytes, which the call steals and replaces by a new one, or
        // by NULL with an exception set; it changes the bytes in place only if the count is 1.
        unsafe { ffi::PyBytes_Concat(&mut left, other.as_ptr()) };
        // SAFETY: as above.
        unsafe { Owned::from_new_ptr_or_raised(py, left) }
    }
}
