//! `str`: from and to bytes, in any encoding; file names.

use crate::error::{PyResult, PyValueError, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyBytes, PyString, checked_size};
use std::ffi::CStr;
use std::ptr;

/// The names of encodings for which `PyUnicode_Decode` calls no codec, on every version. Case does not matter.
const DECODED_BY_C: &[&str] = &[
    "utf-8",
    "utf8",
    "utf_8",
    "latin-1",
    "latin1",
    "latin_1",
    "iso-8859-1",
    "iso_8859_1",
    "iso8859-1",
    "iso8859_1",
    "ascii",
    "us-ascii",
    "us_ascii",
    "utf-16",
    "utf16",
    "utf_16",
    "utf-32",
    "utf32",
    "utf_32",
];

fn is_decoded_by_c(encoding: &CStr) -> bool {
    let is = |name: &str| name.as_bytes().eq_ignore_ascii_case(encoding.to_bytes());
    DECODED_BY_C.iter().any(|name| is(name))
}

impl PyString {
    /// Decodes UTF-8, as `bytes.decode(errors=errors)`; without `errors` the handler is `strict`. A new
    /// reference.
    ///
    /// # Errors
    /// `UnicodeDecodeError`, `LookupError` for an unknown error handler, `MemoryError`.
    #[doc(alias = "PyUnicode_DecodeUTF8")]
    #[doc(alias = "PyUnicode_FromString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_utf8<'py>(
        py: Python<'py>,
        bytes: &[u8],
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        if errors.is_none() {
            if let Some(text) = PyString::checked(py, bytes) {
                return text;
            }
        }
        // Raises what is wrong with the bytes, or asks the handler.
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        let len = checked_size::to_allocate(py, bytes.len())?;
        // SAFETY: pointer and length are those of a slice; a NUL-terminated string or NULL.
        let result = unsafe { ffi::PyUnicode_DecodeUTF8(bytes.as_ptr().cast(), len, errors) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// Decodes bytes in any encoding, as `bytes.decode(encoding, errors)`. A new reference.
    ///
    /// A codec that is not CPython's own gets a copy of the bytes, which it may keep.
    ///
    /// # Errors
    /// `LookupError` for an unknown encoding or handler, `UnicodeDecodeError`, `MemoryError`; what the codec raises, and
    /// `TypeError` if it makes something else than text, as `hex` does.
    #[doc(alias = "PyUnicode_Decode")]
    #[inline]
    #[doc(alias = "PyUnicode_DecodeASCII")]
    #[doc(alias = "PyUnicode_DecodeLatin1")]
    #[doc(alias = "PyUnicode_DecodeUTF7")]
    #[doc(alias = "PyUnicode_DecodeUTF16")]
    #[doc(alias = "PyUnicode_DecodeUTF32")]
    #[doc(alias = "PyUnicode_DecodeUnicodeEscape")]
    #[doc(alias = "PyUnicode_DecodeRawUnicodeEscape")]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn decode<'py>(
        py: Python<'py>,
        bytes: &[u8],
        encoding: &CStr,
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        // For other encodings C makes a memoryview of the slice, which the codec may keep.
        if !bytes.is_empty() && !is_decoded_by_c(encoding) {
            let bytes = PyBytes::new(py, bytes)?;
            return Ok(bytes.decode_by(encoding, errors)?.cast_into()?);
        }
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        let len = checked_size::to_allocate(py, bytes.len())?;
        let (data, encoding) = (bytes.as_ptr().cast(), encoding.as_ptr());
        // SAFETY: pointer and length are those of a slice; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyUnicode_Decode(data, len, encoding, errors) };
        // SAFETY: a new reference to a str (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// Decodes the content of an object with a buffer, as `str(object, encoding, errors)`. A new reference;
    /// `object` is borrowed. A codec that CPython does not implement itself gets a `bytes`, which it may keep.
    ///
    /// # Errors
    /// `TypeError` if the object has no buffer or is a str; otherwise as for [`decode`](PyString::decode).
    #[doc(alias = "PyUnicode_FromEncodedObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_encoded<'py>(
        object: &Borrowed<'py, PyAny>,
        encoding: &CStr,
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: a live object.
        let has_buffer = || unsafe { ffi::PyObject_CheckBuffer(object.as_ptr()) } != 0;
        // For other encodings C makes a memoryview, which the codec may keep, and releases the buffer.
        if !is_decoded_by_c(encoding) && has_buffer() {
            let bytes = PyBytes::from_object(object.py(), object)?;
            if !bytes.is_empty() {
                return Ok(bytes.decode_by(encoding, errors)?.cast_into()?);
            }
        }
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        let (pointer, encoding) = (object.as_ptr(), encoding.as_ptr());
        // SAFETY: a live object, borrowed for the call; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyUnicode_FromEncodedObject(pointer, encoding, errors) };
        // SAFETY: a new reference to a str (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(object.py(), result) }
    }

    /// Decodes a file name of the operating system, as `os.fsdecode(name)`. A new reference.
    ///
    /// # Errors
    /// `UnicodeDecodeError` on Windows, `MemoryError`.
    #[doc(alias = "PyUnicode_DecodeFSDefaultAndSize")]
    #[doc(alias = "PyUnicode_DecodeFSDefault")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn decode_fs<'py>(py: Python<'py>, name: &[u8]) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        assert_clear(py);
        let len = checked_size::to_allocate(py, name.len())?;
        // SAFETY: pointer and length are those of a slice.
        let result = unsafe { ffi::PyUnicode_DecodeFSDefaultAndSize(name.as_ptr().cast(), len) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// ## str: encoding
impl<'py> Borrowed<'py, PyString> {
    /// Encodes the text, as `self.encode(encoding, errors)`. A new reference. Without `encoding` it is UTF-8;
    /// without `errors` the handler is `strict`.
    ///
    /// # Errors
    /// `LookupError` for an unknown encoding, `UnicodeEncodeError`, `MemoryError`.
    #[doc(alias = "PyUnicode_AsEncodedString")]
    #[doc(alias = "PyUnicode_AsUTF8String")]
    #[inline]
    #[doc(alias = "PyUnicode_AsASCIIString")]
    #[doc(alias = "PyUnicode_AsLatin1String")]
    #[doc(alias = "PyUnicode_AsUTF16String")]
    #[doc(alias = "PyUnicode_AsUTF32String")]
    #[doc(alias = "PyUnicode_AsUnicodeEscapeString")]
    #[doc(alias = "PyUnicode_AsRawUnicodeEscapeString")]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn encode(
        &self,
        encoding: Option<&CStr>,
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyBytes>> {
        let encoding = encoding.map_or(ptr::null(), CStr::as_ptr);
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: a live str; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyUnicode_AsEncodedString(self.as_ptr(), encoding, errors) };
        // SAFETY: a new reference to bytes (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Encodes a file name for the operating system, as `os.fsencode(self)`. A new reference.
    ///
    /// # Errors
    /// `UnicodeEncodeError`, `MemoryError`.
    #[doc(alias = "PyUnicode_EncodeFSDefault")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn encode_fs(&self) -> PyResult<'py, Owned<'py, PyBytes>> {
        assert_clear(self.py());
        // SAFETY: a live str, borrowed for the call.
        let result = unsafe { ffi::PyUnicode_EncodeFSDefault(self.as_ptr()) };
        // SAFETY: a new reference to bytes, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The text as a C string, borrowed from the object: no copy for ASCII, one cached copy otherwise.
    ///
    /// # Errors
    /// `ValueError` if the text contains a NUL character, `UnicodeEncodeError` if it has lone surrogates,
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_AsUTF8")]
    #[inline]
    pub fn to_c_str(&self) -> PyResult<'py, &CStr> {
        let text = self.to_str()?;
        if text.as_bytes().contains(&0) {
            return Err(self.py().raise::<PyValueError>("embedded null character"));
        }
        let (data, len) = (text.as_ptr(), text.len() + 1);
        // SAFETY: CPython's UTF-8 is followed by a NUL byte, which lives as long as the text.
        let bytes = unsafe { std::slice::from_raw_parts(data, len) };
        // SAFETY: one NUL, at the end.
        Ok(unsafe { CStr::from_bytes_with_nul_unchecked(bytes) })
    }
}
