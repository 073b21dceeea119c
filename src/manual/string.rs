//! `str` by hand: the functions that steal their left side, and those that do not.

use std::slice;

use super::Ptr;
use super::ptr::assert_attached;
use crate::ffi;
use crate::types::PyString;

impl Ptr<PyString> {
    /// A new `str`. The result is a new reference; `None` with a `MemoryError` set if there is no memory.
    ///
    /// # Safety
    /// Attached.
    #[doc(alias = "PyUnicode_FromStringAndSize")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "the new reference leaks unless the caller releases it"]
    pub unsafe fn new_str(text: &str) -> Option<Ptr<PyString>> {
        assert_attached();
        // SAFETY: pointer and length are those of a `str`; the caller promises the attachment.
        let result = unsafe {
            ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as ffi::Py_ssize_t)
        };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Ptr::from_new_ptr(result) }
    }

    /// `self + other`, which **steals the reference to `self`**, also on failure. `other` is borrowed, and
    /// the result is a new reference.
    ///
    /// If the stolen reference is the only one, the object may be grown in place, and is returned as the
    /// result, at the same or at another address. Otherwise its count goes down by one. For a left side that is
    /// only borrowed, call [`incref`](Ptr::incref) first, or use [`concat`](Ptr::concat).
    ///
    /// `None` with an exception set on failure: `MemoryError`, or `SystemError` if one of the objects is no
    /// `str`, which C checks.
    ///
    /// # Safety
    /// Attached; both objects are alive. The caller owns a reference to `self` and gives it up; it uses no copy
    /// of `self` afterwards, unless another reference keeps the object alive. A reference other than the stolen
    /// one keeps `other` alive: for `text.append(text)` two references are needed.
    #[doc(alias = "PyUnicode_Append")]
    #[doc(alias = "PyUnicode_AppendAndDel")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "the new reference leaks unless the caller releases it"]
    pub unsafe fn append(self, other: Ptr<PyString>) -> Option<Ptr<PyString>> {
        other.assert_usable();
        // SAFETY: a reference that the caller owns, and gives up.
        let mut left = unsafe { self.give() };
        // SAFETY: the call steals the reference to `left` and puts the result's, or NULL, in its place.
        // `other` is alive and borrowed.
        unsafe { ffi::PyUnicode_Append(&mut left, other.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Ptr::from_new_ptr(left) }
    }

    /// [`append`](Ptr::append) for Rust text: **steals the reference to `self`**, also on failure.
    ///
    /// # Safety
    /// Attached; the object is alive. The caller owns a reference to `self` and gives it up; it uses no copy of
    /// `self` afterwards, unless another reference keeps the object alive.
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "the new reference leaks unless the caller releases it"]
    pub unsafe fn append_str(self, other: &str) -> Option<Ptr<PyString>> {
        // SAFETY: the caller promises the attachment.
        let Some(other) = (unsafe { Ptr::new_str(other) }) else {
            // SAFETY: the caller has given this reference up, and it has to be released on failure as well.
            unsafe { self.decref() };
            return None;
        };
        // SAFETY: a new reference, which no other code releases.
        let _release = unsafe { other.defer_decref() };
        // SAFETY: the caller's promise; `other` is alive until the end of this function.
        unsafe { self.append(other) }
    }

    /// `self + other` as a new reference. Both are borrowed.
    ///
    /// `None` with an exception set on failure: `MemoryError`, or `TypeError` if one of the objects is no
    /// `str`, which C checks.
    ///
    /// # Safety
    /// Attached; both objects are alive.
    #[doc(alias = "PyUnicode_Concat")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "the new reference leaks unless the caller releases it"]
    pub unsafe fn concat(self, other: Ptr<PyString>) -> Option<Ptr<PyString>> {
        self.assert_usable();
        other.assert_usable();
        // SAFETY: two live objects, borrowed.
        let result = unsafe { ffi::PyUnicode_Concat(self.as_ptr(), other.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Ptr::from_new_ptr(result) }
    }

    /// [`concat`](Ptr::concat) for Rust text. `self` is borrowed, and the result is a new reference.
    ///
    /// # Safety
    /// Attached; the object is alive.
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "the new reference leaks unless the caller releases it"]
    pub unsafe fn concat_str(self, other: &str) -> Option<Ptr<PyString>> {
        // SAFETY: the caller promises the attachment.
        let other = unsafe { Ptr::new_str(other) }?;
        // SAFETY: a new reference, which no other code releases.
        let _release = unsafe { other.defer_decref() };
        // SAFETY: the caller's promise; `other` is alive until the end of this function.
        unsafe { self.concat(other) }
    }

    /// The number of code points. O(1).
    ///
    /// # Safety
    /// Attached; the object is alive and a `str`.
    #[doc(alias = "PyUnicode_GetLength")]
    #[doc(alias = "PyUnicode_GET_LENGTH")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[allow(clippy::len_without_is_empty)] // As C has it.
    pub unsafe fn len(self) -> usize {
        self.assert_usable();
        // SAFETY: a live str, for which the call does not fail.
        (unsafe { ffi::PyUnicode_GetLength(self.as_ptr()) }) as usize
    }

    /// The text as UTF-8, borrowed from the object. No count changes.
    ///
    /// `None` with an exception set on failure: `UnicodeEncodeError` if the string has lone surrogates,
    /// `MemoryError`.
    ///
    /// # Safety
    /// Attached; the object is a `str`, stays alive for all of `'a`, and is not the left side of an
    /// [`append`](Ptr::append) meanwhile. The caller chooses `'a`: name it.
    #[doc(alias = "PyUnicode_AsUTF8AndSize")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub unsafe fn to_str<'a>(self) -> Option<&'a str> {
        self.assert_usable();
        let mut size: ffi::Py_ssize_t = 0;
        // SAFETY: a live str; the result points into the object, or is NULL with an exception set.
        let data = unsafe { ffi::PyUnicode_AsUTF8AndSize(self.as_ptr(), &mut size) };
        if data.is_null() {
            return None;
        }
        // SAFETY: `size` bytes that live and stay the same for 'a, as the caller promises.
        let bytes = unsafe { slice::from_raw_parts(data.cast::<u8>(), size as usize) };
        // SAFETY: CPython's UTF-8 representation of a str is valid UTF-8, because it raises for surrogates.
        Some(unsafe { std::str::from_utf8_unchecked(bytes) })
    }
}
