//! `str`: searching, splitting, comparing, encodings.

use std::cmp::Ordering;
use std::ffi::{CStr, c_int};
use std::ptr;

use super::{PyAny, PyBytes, PyList, PyString, PyTuple, size};
use crate::error::{PyResult, PyValueError, Raised, assert_clear, check_truth};
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};

impl PyString {
    /// The `str` of bytes that are UTF-8, as `bytes.decode(errors=errors)`; without `errors` they are raised.
    /// A new reference.
    ///
    /// # Errors
    /// `UnicodeDecodeError`, `LookupError` for an unknown handler, `MemoryError`.
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
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        let len = size::to_allocate(py, bytes.len())?;
        // SAFETY: pointer and length are those of a slice; a NUL-terminated string or NULL.
        let result = unsafe { ffi::PyUnicode_DecodeUTF8(bytes.as_ptr().cast(), len, errors) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// The `str` of bytes in another encoding, as `bytes.decode(encoding, errors)`. A new reference.
    ///
    /// # Errors
    /// `LookupError` for an unknown encoding or handler, `UnicodeDecodeError`, `MemoryError`.
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
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        let len = size::to_allocate(py, bytes.len())?;
        let (data, encoding) = (bytes.as_ptr().cast(), encoding.as_ptr());
        // SAFETY: pointer and length are those of a slice; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyUnicode_Decode(data, len, encoding, errors) };
        // SAFETY: a new reference to a str (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// The `str` of an object with a buffer, as `str(object, encoding, errors)`. A new reference; the object
    /// is borrowed.
    ///
    /// # Errors
    /// `TypeError` if it has no buffer, or is a str; as for [`decode`](PyString::decode) otherwise.
    #[doc(alias = "PyUnicode_FromEncodedObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_encoded<'py>(
        object: &Borrowed<'py, PyAny>,
        encoding: &CStr,
        errors: Option<&CStr>,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        let errors = errors.map_or(ptr::null(), CStr::as_ptr);
        let (pointer, encoding) = (object.as_ptr(), encoding.as_ptr());
        // SAFETY: a live object, borrowed for the call; NUL-terminated strings or NULL.
        let result = unsafe { ffi::PyUnicode_FromEncodedObject(pointer, encoding, errors) };
        // SAFETY: a new reference to a str (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(object.py(), result) }
    }
}

impl<'py> Borrowed<'py, PyString> {
    /// `self.join(items)`: the strs of an iterable with this one in between. A new reference; both are
    /// borrowed.
    ///
    /// # Errors
    /// `TypeError` if an item is no str, what iterating raises, `MemoryError`.
    #[doc(alias = "PyUnicode_Join")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn join(&self, items: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyUnicode_Join(self.as_ptr(), items.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.split(separator, max)`: a new list of the parts, at white space without a separator. `max` is
    /// the largest number of splits, -1 for all. Both are borrowed.
    ///
    /// # Errors
    /// `ValueError` for an empty separator, `MemoryError`.
    #[doc(alias = "PyUnicode_Split")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn split(
        &self,
        separator: Option<&Borrowed<'_, PyString>>,
        max: isize,
    ) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe {
            ffi::PyUnicode_Split(
                self.as_ptr(),
                separator.map_or(ptr::null_mut(), Borrowed::as_ptr),
                max,
            )
        };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.rsplit(separator, max)`: [`split`](Borrowed::split) that counts from the end.
    ///
    /// # Errors
    /// As for `split`.
    #[doc(alias = "PyUnicode_RSplit")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn rsplit(
        &self,
        separator: Option<&Borrowed<'_, PyString>>,
        max: isize,
    ) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe {
            ffi::PyUnicode_RSplit(
                self.as_ptr(),
                separator.map_or(ptr::null_mut(), Borrowed::as_ptr),
                max,
            )
        };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.replace(old, new, max)`, as a new reference. `max` is the largest number of replacements, -1
    /// for all. All are borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Replace")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn replace(
        &self,
        old: &Borrowed<'_, PyString>,
        new: &Borrowed<'_, PyString>,
        max: isize,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: live objects, borrowed for the call.
        let result =
            unsafe { ffi::PyUnicode_Replace(self.as_ptr(), old.as_ptr(), new.as_ptr(), max) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.partition(separator)`: a new tuple of what stands before, the separator, and what stands
    /// behind. Both are borrowed.
    ///
    /// # Errors
    /// `ValueError` for an empty separator, `MemoryError`.
    #[doc(alias = "PyUnicode_Partition")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn partition(
        &self,
        separator: &Borrowed<'_, PyString>,
    ) -> PyResult<'py, Owned<'py, PyTuple>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyUnicode_Partition(self.as_ptr(), separator.as_ptr()) };
        // SAFETY: a new reference to a tuple, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.rpartition(separator)`: [`partition`](Borrowed::partition) at the last separator.
    ///
    /// # Errors
    /// As for `partition`.
    #[doc(alias = "PyUnicode_RPartition")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn rpartition(
        &self,
        separator: &Borrowed<'_, PyString>,
    ) -> PyResult<'py, Owned<'py, PyTuple>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyUnicode_RPartition(self.as_ptr(), separator.as_ptr()) };
        // SAFETY: a new reference to a tuple, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.splitlines(keep_ends)`: a new list of the lines.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Splitlines")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn splitlines(&self, keep_ends: bool) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live str.
        let result = unsafe { ffi::PyUnicode_Splitlines(self.as_ptr(), keep_ends.into()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self[low:high]` as a new reference. Indices are of code points; those beyond the end mean the end.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Substring")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn substring(&self, low: usize, high: usize) -> PyResult<'py, Owned<'py, PyString>> {
        let (low, high) = (size::saturate(low), size::saturate(high));
        // SAFETY: a live str; the indices are not negative.
        let result = unsafe { ffi::PyUnicode_Substring(self.as_ptr(), low, high) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Which of two strs comes first, by their code points.
    ///
    /// # Errors
    /// None that CPython has a reason for.
    #[doc(alias = "PyUnicode_Compare")]
    #[inline]
    pub fn cmp_str(&self, other: &Borrowed<'_, PyString>) -> PyResult<'py, Ordering> {
        assert_clear(self.py());
        // SAFETY: live strs, borrowed for the call.
        let order = unsafe { ffi::PyUnicode_Compare(self.as_ptr(), other.as_ptr()) };
        match order {
            -1 => Raised::occurred(self.py()).map_or(Ok(Ordering::Less), Err),
            order => Ok(order.cmp(&0)),
        }
    }

    /// Whether the text begins with `start`, which is borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Tailmatch")]
    #[inline]
    pub fn starts_with(&self, start: &Borrowed<'_, PyString>) -> PyResult<'py, bool> {
        self.tail_match(start, -1)
    }

    /// Whether the text ends with `end`, which is borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Tailmatch")]
    #[inline]
    pub fn ends_with(&self, end: &Borrowed<'_, PyString>) -> PyResult<'py, bool> {
        self.tail_match(end, 1)
    }

    #[inline]
    fn tail_match(&self, part: &Borrowed<'_, PyString>, direction: c_int) -> PyResult<'py, bool> {
        let (text, part, max) = (self.as_ptr(), part.as_ptr(), ffi::Py_ssize_t::MAX);
        // SAFETY: live strs, borrowed for the call.
        let found = unsafe { ffi::PyUnicode_Tailmatch(text, part, 0, max, direction) };
        check_truth(self.py(), found as c_int)
    }

    /// The index of the first code point at which `part` stands, which is borrowed; `None` if it does not.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Find")]
    #[inline]
    pub fn find(&self, part: &Borrowed<'_, PyString>) -> PyResult<'py, Option<usize>> {
        self.find_towards(part, 1)
    }

    /// [`find`](Borrowed::find) from the end.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Find")]
    #[inline]
    pub fn rfind(&self, part: &Borrowed<'_, PyString>) -> PyResult<'py, Option<usize>> {
        self.find_towards(part, -1)
    }

    #[inline]
    fn find_towards(
        &self,
        part: &Borrowed<'_, PyString>,
        direction: c_int,
    ) -> PyResult<'py, Option<usize>> {
        let (text, part, max) = (self.as_ptr(), part.as_ptr(), ffi::Py_ssize_t::MAX);
        // SAFETY: live strs, borrowed for the call.
        match unsafe { ffi::PyUnicode_Find(text, part, 0, max, direction) } {
            -2 => Err(Raised::set(self.py())),
            index => Ok(usize::try_from(index).ok()),
        }
    }

    /// The text in another encoding, as `self.encode(encoding, errors)`. A new reference. Without an
    /// encoding it is UTF-8, without `errors` they are raised.
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

    /// The text as a C string, borrowed from the object: no copy for ASCII, one cached copy otherwise.
    ///
    /// # Errors
    /// `ValueError` if the text has a NUL in it, `UnicodeEncodeError` if it has lone surrogates,
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_AsUTF8")]
    #[inline]
    pub fn to_c_str(&self) -> PyResult<'py, &CStr> {
        let text = self.to_str()?;
        if text.as_bytes().contains(&0) {
            return Err(self.py().raise::<PyValueError>("embedded null character"));
        }
        let (data, len) = (text.as_ptr(), text.len() + 1);
        // SAFETY: CPython ends its UTF-8 with a NUL behind the text, which lives as long.
        let bytes = unsafe { std::slice::from_raw_parts(data, len) };
        // SAFETY: one NUL, at the end.
        Ok(unsafe { CStr::from_bytes_with_nul_unchecked(bytes) })
    }

    /// `self % args`, as a new reference; both are borrowed.
    ///
    /// # Errors
    /// `TypeError` if the arguments do not suit the format, what their methods raise, `MemoryError`.
    #[doc(alias = "PyUnicode_Format")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn format_with(&self, args: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyUnicode_Format(self.as_ptr(), args.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
