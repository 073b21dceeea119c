//! `memoryview`.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyMemoryView, checked_size};

impl PyMemoryView {
    /// `memoryview(object)`, as a new reference. `object` is borrowed: the view takes its own reference.
    ///
    /// # Errors
    /// `TypeError` if the object has no buffer, `BufferError` if it refuses the request.
    #[doc(alias = "PyMemoryView_FromObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_object<'py>(
        py: Python<'py>,
        object: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyMemoryView>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyMemoryView_FromObject(object.as_ptr()) };
        // SAFETY: a new reference to a memoryview, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// A view of memory outside of Python. A new reference.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// # Safety
    /// `len` bytes at `data` can be read, and written if `writable`, for as long as the view or any object
    /// made from it lives; Python code may keep these for ever. No other code accesses the bytes in a way
    /// that is a data race with Python code.
    #[doc(alias = "PyMemoryView_FromMemory")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_memory<'py>(
        py: Python<'py>,
        data: *mut u8,
        len: usize,
        writable: bool,
    ) -> PyResult<'py, Owned<'py, PyMemoryView>> {
        py.assert_attached();
        let len = checked_size::to_allocate(py, len)?;
        let flags = match writable {
            true => ffi::PyBUF_WRITE,
            false => ffi::PyBUF_READ,
        };
        // SAFETY: the caller's promise.
        let result = unsafe { ffi::PyMemoryView_FromMemory(data.cast(), len, flags) };
        // SAFETY: a new reference to a memoryview, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// A view of the object's memory, or of a copy in a `bytes` if the memory is not contiguous. A new
    /// reference; the object is borrowed.
    ///
    /// # Errors
    /// `TypeError` if the object has no buffer, `BufferError` if it refuses the request.
    #[doc(alias = "PyMemoryView_GetContiguous")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn contiguous<'py>(
        object: &Borrowed<'py, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyMemoryView>> {
        let order = b'C' as std::ffi::c_char;
        // SAFETY: a live object, borrowed for the call.
        let result =
            unsafe { ffi::PyMemoryView_GetContiguous(object.as_ptr(), ffi::PyBUF_READ, order) };
        // SAFETY: a new reference to a memoryview, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(object.py(), result) }
    }
}
