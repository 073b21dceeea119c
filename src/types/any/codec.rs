//! Paths as `str` or `bytes`, and codecs between any objects.

use crate::error::{PyResult, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Object, Owned};
use crate::types::{PyAny, PyBytes, PyString};
use std::ffi::{CStr, c_int, c_void};
use std::ptr;

/// Converts an object by one of C's converters for `PyArg_Parse`.
///
/// # Safety
/// The converter writes a new reference to a `T` through the pointer that it is given, or writes nothing and
/// sets an exception.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
unsafe fn converted<'py, T: Object>(
    object: &Borrowed<'py, PyAny>,
    converter: unsafe extern "C" fn(*mut ffi::PyObject, *mut c_void) -> c_int,
) -> PyResult<'py, Owned<'py, T>> {
    assert_clear(object.py());
    let mut made: *mut ffi::PyObject = ptr::null_mut();
    let place: *mut c_void = (&raw mut made).cast();
    // SAFETY: a live object, borrowed for the call; the place may be written.
    unsafe { converter(object.as_ptr(), place) };
    // SAFETY: a new reference to a `T`, or NULL with an exception set, by the caller's promise.
    unsafe { Owned::from_new_ptr_or_raised(object.py(), made) }
}

/// ## Any object: paths and codecs
impl<'py> Borrowed<'py, PyAny> {
    /// `os.fsencode(self)`: a path as bytes. The path is a str, bytes, or an object with `__fspath__`. A new
    /// reference.
    ///
    /// # Errors
    /// `TypeError` if the object is no path, `ValueError` if it contains a NUL character or cannot be
    /// converted, or what `__fspath__` raises.
    #[doc(alias = "PyUnicode_FSConverter")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn fspath_bytes(&self) -> PyResult<'py, Owned<'py, PyBytes>> {
        // SAFETY: a converter of this kind, which makes bytes.
        unsafe { converted(self, ffi::PyUnicode_FSConverter) }
    }

    /// `os.fsdecode(self)`: a path as a str. The path is a str, bytes, or an object with `__fspath__`. A new
    /// reference.
    ///
    /// # Errors
    /// `TypeError` if the object is no path, `ValueError` if it contains a NUL character or cannot be
    /// converted, or what `__fspath__` raises.
    #[doc(alias = "PyUnicode_FSDecoder")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn fspath_str(&self) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: a converter of this kind, which makes a str.
        unsafe { converted(self, ffi::PyUnicode_FSDecoder) }
    }

    /// `codecs.encode(self, encoding, errors)`, also for codecs whose input and output are neither str nor
    /// bytes, such as `hex`. A new reference.
    ///
    /// # Errors
    /// `LookupError` for an unknown encoding, or what the codec raises.
    #[doc(alias = "PyCodec_Encode")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn encode_by(
        &self,
        encoding: &CStr,
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: a live object, borrowed for the call; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyCodec_Encode(self.as_ptr(), encoding.as_ptr(), errors) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `codecs.decode(self, encoding, errors)`, also for codecs whose input and output are neither str nor
    /// bytes, such as `hex`. A new reference.
    ///
    /// # Errors
    /// `LookupError` for an unknown encoding, or what the codec raises.
    #[doc(alias = "PyCodec_Decode")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn decode_by(
        &self,
        encoding: &CStr,
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: a live object, borrowed for the call; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyCodec_Decode(self.as_ptr(), encoding.as_ptr(), errors) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
