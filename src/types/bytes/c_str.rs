//! `bytes` that are written in place, or read as C strings.

use std::ffi::CStr;
use std::{ptr, slice};

use crate::error::{PyResult, PyValueError};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyBytes;

impl PyBytes {
    /// A new `bytes` of `len` bytes, which are all zero at first and are written in place by `fill`.
    ///
    /// No other code can reach the object before `fill` has returned.
    ///
    /// # Errors
    /// The error that `fill` returns, `MemoryError`, or `OverflowError` if `len` is too large for an object.
    /// The object is then released, as it is if `fill` panics.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyBytes};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let bytes = PyBytes::new_with(py, 3, |buffer| {
    ///     buffer[1] = b'x';
    ///     Ok(())
    /// });
    /// assert_eq!(bytes.unwrap().as_bytes(), b"\0x\0");
    /// # });
    /// ```
    #[doc(alias = "PyBytes_FromStringAndSize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new_with<'py>(
        py: Python<'py>,
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> PyResult<'py, ()>,
    ) -> PyResult<'py, Owned<'py, PyBytes>> {
        py.assert_attached();
        // A length that does not fit becomes one that C refuses as too large.
        let size = ffi::Py_ssize_t::try_from(len).unwrap_or(ffi::Py_ssize_t::MAX);
        // SAFETY: NULL asks for `size` bytes that are not initialised.
        let result = unsafe { ffi::PyBytes_FromStringAndSize(ptr::null(), size) };
        // SAFETY: a new reference to bytes, or NULL with an exception set.
        let bytes: Owned<'_, PyBytes> = unsafe { Owned::from_new_ptr_or_raised(py, result)? };
        // SAFETY: live bytes.
        let data = unsafe { ffi::PyBytes_AS_STRING(bytes.as_ptr()) }
            .cast_mut()
            .cast::<u8>();
        // SAFETY: the object has `len` bytes there.
        unsafe { data.write_bytes(0, len) };
        // SAFETY: `len` initialised bytes of an object that nothing else refers to (the collector does not
        // track bytes), except the empty one, which has no byte to write.
        let buffer = unsafe { slice::from_raw_parts_mut(data, len) };
        bytes.set_complete(false);
        fill(buffer)?;
        bytes.set_complete(true);
        Ok(bytes)
    }
}

/// ## bytes: C strings
impl<'py> Borrowed<'py, PyBytes> {
    /// The content with the NUL byte that CPython puts behind every `bytes`. Borrowed from the object: no
    /// copy.
    #[doc(alias = "PyBytes_AS_STRING")]
    #[doc(alias = "PyBytes_AsString")]
    #[inline]
    pub fn as_bytes_with_nul(&self) -> &[u8] {
        let content = self.as_bytes();
        // SAFETY: as for the content, which `PyBytes_AsString` promises to be followed by a NUL.
        unsafe { slice::from_raw_parts(content.as_ptr(), content.len() + 1) }
    }

    /// The content as a C string, borrowed from the object: no copy.
    ///
    /// # Errors
    /// `ValueError` if the content contains a NUL byte.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyBytes};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let bytes = PyBytes::new(py, b"/tmp").unwrap();
    /// assert_eq!(bytes.to_c_str().unwrap(), c"/tmp");
    /// assert!(PyBytes::new(py, b"/\0").unwrap().to_c_str().is_err());
    /// # });
    /// ```
    #[doc(alias = "PyBytes_AsStringAndSize")]
    #[inline]
    pub fn to_c_str(&self) -> PyResult<'py, &CStr> {
        CStr::from_bytes_with_nul(self.as_bytes_with_nul())
            .map_err(|_| self.py().raise::<PyValueError>("embedded null byte"))
    }
}
