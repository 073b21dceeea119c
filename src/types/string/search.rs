//! `str`: searching, splitting, joining, replacing.

use crate::error::{PyIndexError, PyResult, Raised, assert_clear, check_count, check_truth};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyList, PyString, PyTuple, checked_size};
use std::ffi::c_int;
use std::ptr;

/// ## str: searching, splitting, replacing
impl<'py> Borrowed<'py, PyString> {
    /// The index of the code point at which `part` first occurs; `None` if it does not occur. `part` is
    /// borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Find")]
    #[inline]
    pub fn find(&self, part: &Borrowed<'_, PyString>) -> PyResult<'py, Option<usize>> {
        self.find_towards(part, 1)
    }

    /// [`find`](Borrowed::find) for the last occurrence.
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

    /// The index of the first code point that is `char`; `None` if there is none.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyUnicode_FindChar")]
    #[inline]
    pub fn find_char(&self, char: char) -> PyResult<'py, Option<usize>> {
        let max = ffi::Py_ssize_t::MAX;
        // SAFETY: a live str.
        match unsafe { ffi::PyUnicode_FindChar(self.as_ptr(), char.into(), 0, max, 1) } {
            -2 => Err(Raised::set(self.py())),
            index => Ok(usize::try_from(index).ok()),
        }
    }

    /// `part in self`. `part` is borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Contains")]
    #[inline]
    pub fn contains_str(&self, part: &Borrowed<'_, PyString>) -> PyResult<'py, bool> {
        // SAFETY: live strs, borrowed for the call.
        let found = unsafe { ffi::PyUnicode_Contains(self.as_ptr(), part.as_ptr()) };
        check_truth(self.py(), found)
    }

    /// `self.count(part)`: the number of occurrences of `part` that do not overlap. `part` is borrowed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Count")]
    #[inline]
    pub fn count_str(&self, part: &Borrowed<'_, PyString>) -> PyResult<'py, usize> {
        let (text, part, max) = (self.as_ptr(), part.as_ptr(), ffi::Py_ssize_t::MAX);
        // SAFETY: live strs, borrowed for the call.
        let count = unsafe { ffi::PyUnicode_Count(text, part, 0, max) };
        check_count(self.py(), count)
    }

    /// The code point at `index`, as a number, because it may be a lone surrogate. O(1).
    ///
    /// # Errors
    /// `IndexError` beyond the end.
    #[doc(alias = "PyUnicode_ReadChar")]
    #[doc(alias = "PyUnicode_READ_CHAR")]
    #[inline]
    pub fn code_point(&self, index: usize) -> PyResult<'py, u32> {
        if index >= self.len() {
            return Err(self.py().raise::<PyIndexError>("string index out of range"));
        }
        // SAFETY: a live str, of which the index is within: the call cannot fail.
        Ok(unsafe { ffi::PyUnicode_ReadChar(self.as_ptr(), index as ffi::Py_ssize_t) })
    }

    /// `self[low:high]` as a new reference. Indices are of code points; those beyond the end mean the end.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyUnicode_Substring")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn substring(&self, low: usize, high: usize) -> PyResult<'py, Owned<'py, PyString>> {
        let (low, high) = (checked_size::saturate(low), checked_size::saturate(high));
        // SAFETY: a live str; the indices are not negative.
        let result = unsafe { ffi::PyUnicode_Substring(self.as_ptr(), low, high) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.split(separator, max)`: a new list of the parts. Without a separator the text is split at white
    /// space. `max` is the maximum number of splits, -1 for no limit. `separator` is borrowed.
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

    /// `self.rsplit(separator, max)`: [`split`](Borrowed::split), beginning at the end of the text.
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

    /// `self.partition(separator)`: a new tuple of the text before the first separator, the separator, and
    /// the text after it. `separator` is borrowed.
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

    /// `self.join(items)`: concatenates the strs of an iterable, with `self` between them. A new reference;
    /// `items` is borrowed.
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

    /// `self.replace(old, new, max)`, as a new reference. `max` is the maximum number of replacements, -1 for
    /// no limit. `old` and `new` are borrowed.
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

    /// `self.translate(table)`: replaces each code point by its value in `table`, a mapping from code points
    /// as ints to strs, ints or `None`. A new reference; `table` is borrowed.
    ///
    /// # Errors
    /// What `table[..]` raises, other than `LookupError`; `TypeError` or `ValueError` if its result is not
    /// suitable.
    #[doc(alias = "PyUnicode_Translate")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn translate(&self, table: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
        assert_clear(self.py());
        let errors = c"ignore".as_ptr();
        // SAFETY: live objects, borrowed for the call; a NUL-terminated string.
        let result = unsafe { ffi::PyUnicode_Translate(self.as_ptr(), table.as_ptr(), errors) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
