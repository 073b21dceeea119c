//! The common methods of `str`.

use std::ffi::{CStr, c_int};
use std::slice;

use super::storage::Width;
use super::{decode, fill, in_place, storage, utf8};
use crate::error::{PyResult, Raised, check_status, copy_of};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyString};

impl PyString {
    /// A new `str`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_FromStringAndSize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(py: Python<'py>, text: &str) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        PyString::copied(py, text).ok_or_else(|| Raised::set(py))
    }

    /// The `str` of one character. A new reference; up to U+00FF all equal ones share one object.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_FromOrdinal")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_char<'py>(py: Python<'py>, char: char) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        // SAFETY: a code point, which fits.
        let result = unsafe { ffi::PyUnicode_FromOrdinal(u32::from(char) as c_int) };
        // SAFETY: a new reference or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// The interned `str` for a name. A new reference to the object that all equal names share.
    ///
    /// # Errors
    /// `MemoryError`, or `UnicodeDecodeError` if `name` is not UTF-8. `TypeError` if Python code has put what is no
    /// `str` into the interpreter's dict of interned ones.
    #[doc(alias = "PyUnicode_InternFromString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn intern<'py>(py: Python<'py>, name: &CStr) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        // SAFETY: a NUL-terminated string.
        let result = unsafe { ffi::PyUnicode_InternFromString(name.as_ptr()) };
        // SAFETY: a new reference or NULL with an exception set.
        let text: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr_or_raised(py, result)? };
        // From 3.14 on, Python code can find the dict of interned strs with `gc.get_objects()`.
        Ok(text.cast_into()?)
    }
}

/// # Methods of str
impl<'py> Borrowed<'py, PyString> {
    /// The text as UTF-8, borrowed from the object: no copy for ASCII, one cached copy otherwise.
    ///
    /// # Errors
    /// `UnicodeEncodeError` if the string has lone surrogates, `MemoryError`.
    #[doc(alias = "PyUnicode_AsUTF8AndSize")]
    #[inline]
    pub fn to_str(&self) -> PyResult<'py, &str> {
        match utf8::ready(self) {
            Some(text) => Ok(text),
            None => self.encode_and_keep(),
        }
    }

    #[inline]
    fn encode_and_keep(&self) -> PyResult<'py, &str> {
        let mut size: ffi::Py_ssize_t = 0;
        // SAFETY: a live str; the result points into the object, or is NULL with an exception set.
        let data = unsafe { ffi::PyUnicode_AsUTF8AndSize(self.as_ptr(), &mut size) };
        if data.is_null() {
            return Err(Raised::set(self.py()));
        }
        // SAFETY: `size` bytes that live and stay the same as long as the str, which `self` borrows: a
        // str's content changes only through `Owned::append`, which takes the `Owned` by value.
        let bytes = unsafe { slice::from_raw_parts(data.cast::<u8>(), size as usize) };
        // SAFETY: CPython encodes UTF-8 without surrogates.
        Ok(unsafe { std::str::from_utf8_unchecked(bytes) })
    }

    /// A copy of the text as a `String`.
    ///
    /// # Errors
    /// As for [`to_str`](Borrowed::to_str).
    #[inline]
    pub fn to_rust_string(&self) -> PyResult<'py, String> {
        let text = self.to_str()?;
        copy_of(text).ok_or_else(|| Raised::no_memory(self.py()))
    }

    /// The number of code points. O(1).
    #[doc(alias = "PyUnicode_GetLength")]
    #[doc(alias = "PyUnicode_GET_LENGTH")]
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        // Before 3.12, C code can make a str whose length is not computed yet.
        #[cfg(not(Py_3_12))]
        // SAFETY: a live str.
        if unsafe { ffi::PyUnicode_IS_READY(self.as_ptr()) } == 0 {
            // SAFETY: a live str, for which the call fails only if there is no memory.
            return (unsafe { ffi::PyUnicode_GetLength(self.as_ptr()) }) as usize;
        }
        // SAFETY: a live str whose length is computed.
        (unsafe { ffi::PyUnicode_GET_LENGTH(self.as_ptr()) }) as usize
    }

    /// Whether there is no text.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the text is `text`. Allocates nothing and cannot fail; a str with lone surrogates equals
    /// no Rust text.
    #[doc(alias = "PyUnicode_EqualToUTF8AndSize")]
    #[doc(alias = "PyUnicode_EqualToUTF8")]
    #[doc(alias = "PyUnicode_CompareWithASCIIString")]
    #[inline]
    pub fn eq_str(&self, text: &str) -> bool {
        match utf8::ready(self) {
            Some(own) => own == text,
            None => self.eq_str_in_c(text),
        }
    }

    fn eq_str_in_c(&self, text: &str) -> bool {
        #[cfg(Py_3_13)]
        {
            let size = text.len() as ffi::Py_ssize_t;
            // SAFETY: a live str; pointer and length are those of a `str`. No failure is possible.
            let equal = unsafe {
                ffi::PyUnicode_EqualToUTF8AndSize(self.as_ptr(), text.as_ptr().cast(), size)
            };
            equal != 0
        }
        #[cfg(not(Py_3_13))]
        {
            // Not `to_str`, even if the lengths are equal: it would cache a copy.
            self.len() == text.chars().count()
                && text.chars().enumerate().all(|(index, char)| {
                    // SAFETY: a live str, of which the index is within.
                    let own =
                        unsafe { ffi::PyUnicode_ReadChar(self.as_ptr(), index as ffi::Py_ssize_t) };
                    own == u32::from(char)
                })
        }
    }

    /// `self + other` as a new reference. `self` and `other` are borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Concat")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn concat(&self, other: &Borrowed<'_, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: two live strs, borrowed.
        let result = unsafe { ffi::PyUnicode_Concat(self.as_ptr(), other.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self + other` as a new reference, for Rust text. `other` is written into the result directly, unless
    /// `self` is empty or an instance of a subclass: then a `str` is made of it first.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[doc(alias = "PyUnicode_Concat")]
    pub fn concat_str(&self, other: &str) -> PyResult<'py, Owned<'py, PyString>> {
        let (needed, chars) = decode::measure(other.as_bytes());
        match Width::of_exact(self) {
            // If one side is empty, the result is the other.
            Some((width, len)) if len > 0 && chars > 0 => {
                self.concat_measured(len, other, chars, width.max(needed))
            }
            _ => self.concat(&*PyString::new(self.py(), other)?),
        }
    }

    /// Concatenates two sides that are not empty, and whose width and length are known, into a `str` of
    /// `width`.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn concat_measured(
        &self,
        len: usize,
        other: &str,
        chars: usize,
        width: Width,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: `self` has `len` characters, which fit the width; the sum is not less.
        let both = unsafe { storage::longer(self, len, storage::sum(len, chars), width)? };
        // SAFETY: a new str of this width, of C's making.
        let data = unsafe { width.data(both.as_ptr()) };
        // SAFETY: there is room for the text behind the first `len` characters, and nothing else refers to
        // the object.
        unsafe { fill::write(data, width, len, other, chars) };
        Ok(both)
    }
}

/// # Methods of str
impl<'py> Owned<'py, PyString> {
    /// `self + other`, in the memory of `self` if possible. The reference `self` is stolen, and the result is
    /// a new reference; `other` is borrowed.
    ///
    /// If `self` is the only reference to a str that is not interned and no instance of a subclass, the
    /// object grows in place; otherwise it is copied. To append to a borrowed str, write
    /// `.to_owned().append(..)`.
    ///
    /// # Errors
    /// `MemoryError`; `self` is released in this case, too.
    #[doc(alias = "PyUnicode_Append")]
    #[doc(alias = "PyUnicode_AppendAndDel")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn append(self, other: &Borrowed<'_, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
        let py = self.py();
        let mut left = self.into_ptr();
        // SAFETY: `left` is an owned reference to a str, which the call steals and replaces by a new one, or
        // by NULL with an exception set; it changes the str in place only if no other code can reach it.
        unsafe { ffi::PyUnicode_Append(&mut left, other.as_ptr()) };
        // SAFETY: as above.
        unsafe { Owned::from_new_ptr_or_raised(py, left) }
    }

    /// [`append`](Owned::append) for Rust text, which is written into the result directly, unless `self` is
    /// empty or an instance of a subclass: then a `str` is made of it first. The object grows in place only
    /// if its characters are as wide as those of `other`, or wider.
    ///
    /// For many pieces, [`StringBuilder`](crate::types::StringBuilder) is faster.
    ///
    /// # Errors
    /// `MemoryError`; `self` is released in this case, too.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[doc(alias = "PyUnicode_Append")]
    #[doc(alias = "PyUnicode_Resize")]
    pub fn append_str(self, other: &str) -> PyResult<'py, Owned<'py, PyString>> {
        let (needed, chars) = decode::measure(other.as_bytes());
        match Width::of_exact(&self) {
            _ if chars == 0 => Ok(self),
            // If one side is empty, the result is the other.
            None | Some((_, 0)) => {
                let other = PyString::new(self.py(), other)?;
                self.append(&other)
            }
            Some((width, len)) if needed <= width => self.append_fitting(len, other, chars, width),
            Some((_, len)) => self.concat_measured(len, other, chars, needed),
        }
    }

    /// Appends text that fits the width of `self`, which is exactly a `str`, of `len` characters.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn append_fitting(
        self,
        len: usize,
        other: &str,
        chars: usize,
        width: Width,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        let py = self.py();
        let mut left = self.into_ptr();
        // SAFETY: `left` is an owned reference to a str of this width, which gets longer.
        let status = unsafe { in_place::resize(&mut left, width, storage::sum(len, chars)) };
        // SAFETY: the reference that is in `left`, in either case.
        let left: Owned<'_, PyString> = unsafe { Owned::from_new_ptr(py, left) };
        check_status(py, status)?;
        // SAFETY: a live str of this width, of C's making.
        let data = unsafe { width.data(left.as_ptr()) };
        // SAFETY: the length has grown by `chars`, so this is either the object that nothing else refers to
        // or a new one; the text fits.
        unsafe { fill::write(data, width, len, other, chars) };
        Ok(left)
    }

    /// The interned `str` of the same text. The reference `self` is stolen, and the result is a new
    /// reference: to the same object, which becomes interned, if no equal `str` was interned yet.
    ///
    /// An instance of a subclass is returned unchanged.
    ///
    /// On 3.12 and on free-threaded builds an interned `str` is never freed. So intern names of which a program has a
    /// limited number, no text that it is given.
    ///
    /// # Panics
    /// If Python code has put what is no `str` into the interpreter's dict of interned ones.
    #[doc(alias = "PyUnicode_InternInPlace")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_interned(self) -> Owned<'py, PyString> {
        let py = self.py();
        let mut text = self.into_ptr();
        // SAFETY: an owned reference to a str, which the call may replace by another one.
        unsafe { ffi::PyUnicode_InternInPlace(&mut text) };
        // SAFETY: as above; never NULL.
        let text: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr(py, text) };
        match text.cast_into() {
            Ok(text) => text,
            Err(other) => not_interned(other.into_inner()),
        }
    }
}

#[cold]
fn not_interned(other: Owned<'_, PyAny>) -> ! {
    drop(other);
    panic!("the interpreter's interned strs are not strs any more");
}
