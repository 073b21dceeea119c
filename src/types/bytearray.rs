//! `bytearray`: mutable bytes, whose content is read by copies.

use std::ptr;

use crate::error::{PyResult, Raised, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::sync::with_critical_section;
use crate::types::{PyAny, PyByteArray, checked_size};

impl PyByteArray {
    /// A new `bytearray` with a copy of `bytes`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyByteArray_FromStringAndSize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<'py, Owned<'py, PyByteArray>> {
        py.assert_attached();
        let len = checked_size::to_allocate(py, bytes.len())?;
        // SAFETY: pointer and length are those of a slice.
        let result = unsafe { ffi::PyByteArray_FromStringAndSize(bytes.as_ptr().cast(), len) };
        // SAFETY: a new reference to a bytearray, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `bytearray(source)`: a copy of the content of a buffer or of an iterable of ints; for an int, that
    /// number of zero bytes. The source is borrowed.
    ///
    /// # Errors
    /// `TypeError` for another object, `ValueError` if an item is not in 0 to 255, or what the source raises.
    #[doc(alias = "PyByteArray_FromObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_object<'py>(
        py: Python<'py>,
        source: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyByteArray>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyByteArray_FromObject(source.as_ptr()) };
        // SAFETY: a new reference to a bytearray, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of bytearray
impl<'py> Borrowed<'py, PyByteArray> {
    /// The current number of bytes. O(1), cannot fail.
    #[doc(alias = "PyByteArray_Size")]
    #[doc(alias = "PyByteArray_GET_SIZE")]
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        // SAFETY: a live bytearray, whose size is not negative.
        (unsafe { ffi::PyByteArray_Size(self.as_ptr()) }) as usize
    }

    /// Whether there are no bytes.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of the content. The content cannot be borrowed, because other code can change or move it.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// [`buffer`](Borrowed::buffer) prevents that the bytearray is resized, and gives access to its bytes by
    /// cells.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyByteArray};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let array = PyByteArray::new(py, b"content").unwrap();
    /// array.resize(4).unwrap();
    /// assert_eq!(array.to_vec().unwrap(), b"cont");
    /// # });
    /// ```
    #[doc(alias = "PyByteArray_AsString")]
    #[doc(alias = "PyByteArray_AS_STRING")]
    #[inline]
    pub fn to_vec(&self) -> PyResult<'py, Vec<u8>> {
        let copied = with_critical_section(self, || {
            let (data, len) = (self.as_mut_ptr(), self.len());
            let mut copy = Vec::new();
            copy.try_reserve_exact(len).ok()?;
            // SAFETY: `len` initialised bytes, which no code moves: this thread holds the GIL or the object's
            // lock, and copying runs no other code. C code that holds neither, but a buffer of the object,
            // may change them, so no slice is made; any `u8` that is read is valid.
            unsafe { ptr::copy_nonoverlapping(data, copy.as_mut_ptr(), len) };
            // SAFETY: just written.
            unsafe { copy.set_len(len) };
            Some(copy)
        });
        copied.ok_or_else(|| Raised::no_memory(self.py()))
    }

    /// Overwrites the content from `start` on with `bytes`.
    ///
    /// # Panics
    /// If `bytes` do not fit; the bytearray does not grow.
    #[doc(alias = "PyByteArray_AsString")]
    #[track_caller]
    #[inline]
    pub fn write_at(&self, start: usize, bytes: &[u8]) {
        let fits = with_critical_section(self, || {
            let end = start.checked_add(bytes.len());
            let fits = end.is_some_and(|end| end <= self.len());
            if fits {
                let target = self.as_mut_ptr().wrapping_add(start);
                // SAFETY: within the content, by the test above; no code moves it meanwhile, because this
                // thread holds the GIL or the object's lock. No slice borrows from a bytearray.
                unsafe { ptr::copy(bytes.as_ptr(), target, bytes.len()) };
            }
            fits
        });
        assert!(fits, "{} bytes do not fit at index {start}", bytes.len());
    }

    /// The address of the content, valid until the size changes.
    ///
    /// Reading and writing through the pointer is `unsafe`: no other thread may access the content meanwhile,
    /// and no reference to it may exist while other code runs.
    #[doc(alias = "PyByteArray_AsString")]
    #[inline]
    pub fn as_mut_ptr(&self) -> *mut u8 {
        // SAFETY: a live bytearray.
        unsafe { ffi::PyByteArray_AsString(self.as_ptr()) }.cast()
    }

    /// Changes the size: removes bytes at the end, or adds zero bytes there.
    ///
    /// # Errors
    /// `BufferError` while other code holds a buffer of the bytearray, `MemoryError`.
    #[doc(alias = "PyByteArray_Resize")]
    #[inline]
    pub fn resize(&self, len: usize) -> PyResult<'py, ()> {
        let size = checked_size::to_allocate(self.py(), len)?;
        // One section for both: C does not initialise the bytes that it adds, and no other thread may read them before
        // they are zero.
        let status = with_critical_section(self, || {
            let old = self.len();
            // SAFETY: a live bytearray.
            let status = unsafe { ffi::PyByteArray_Resize(self.as_ptr(), size) };
            if status == 0 && len > old {
                let target = self.as_mut_ptr().wrapping_add(old);
                // SAFETY: within the content, which is `len` bytes now.
                unsafe { target.write_bytes(0, len - old) }
            }
            status
        });
        check_status(self.py(), status)
    }

    /// `self + other` as a new bytearray. `other` is any object with a buffer, and is borrowed.
    ///
    /// # Errors
    /// `TypeError` if `other` has no buffer, `MemoryError`.
    #[doc(alias = "PyByteArray_Concat")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn concat(&self, other: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyByteArray>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyByteArray_Concat(self.as_ptr(), other.as_ptr()) };
        // SAFETY: a new reference to a bytearray, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
