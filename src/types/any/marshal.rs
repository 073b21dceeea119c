//! Values as bytes and back, in the format of `.pyc` files.

use super::plain::{CollectorPaused, check_plain};
use crate::error::{PyResult, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyBytes};

/// ## Any object: marshal
impl<'py> Borrowed<'py, PyAny> {
    /// The value as bytes, in the format of the module `marshal`: numbers, strings, containers of these, code
    /// objects; `bytearray` and `memoryview` as bytes. Version 4 is read by every Python since 3.4. A new reference.
    ///
    /// # Errors
    /// `ValueError` if the value contains an object of another kind or is nested too deeply; `MemoryError`. So it is for
    /// other objects with a buffer, such as instances of subclasses of `bytes`, which `marshal.dumps` writes: their
    /// classes could change the value while C reads it. A `memoryview` of one is written, but not in a set.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::PyTuple};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let value = py.eval(c"(1, 'two', [3.0])", None, None)?;
    /// let bytes = value.marshal(4)?;
    /// // SAFETY: just made.
    /// let again = unsafe { py.unmarshal(bytes.as_bytes()) }?;
    /// assert!(value.eq(&again)?);
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyMarshal_WriteObjectToString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn marshal(&self, version: i32) -> PyResult<'py, Owned<'py, PyBytes>> {
        assert_clear(self.py());
        let _paused = CollectorPaused::new(self.py());
        check_plain(self)?;
        // SAFETY: a live object, borrowed for the call. No Python code runs meanwhile, which could release what C reads.
        let result = unsafe { ffi::PyMarshal_WriteObjectToString(self.as_ptr(), version) };
        // SAFETY: a new reference to a bytes object, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}

impl<'py> Python<'py> {
    /// Reads a value from `bytes`, which are in the format of the module `marshal`. Bytes after the value are
    /// ignored. A new reference.
    ///
    /// # Errors
    /// `EOFError`, `ValueError` or `TypeError` if the bytes are not a value in that format; `MemoryError`.
    ///
    /// # Safety
    /// The bytes come from [`marshal`](Borrowed::marshal), or from another trusted writer of the format:
    /// CPython does not check all that it reads, and does not check code objects at all.
    #[doc(alias = "PyMarshal_ReadObjectFromString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn unmarshal(self, bytes: &[u8]) -> PyResult<'py, Owned<'py, PyAny>> {
        self.assert_attached();
        assert_clear(self);
        let len = bytes.len() as ffi::Py_ssize_t;
        // SAFETY: attached; pointer and length are those of a slice, of which C keeps nothing.
        let result = unsafe { ffi::PyMarshal_ReadObjectFromString(bytes.as_ptr().cast(), len) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self, result) }
    }
}
