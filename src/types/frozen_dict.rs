//! `frozendict`, from CPython 3.15 on.

use std::ptr;

use crate::error::{PyResult, check_status, check_truth};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyFrozenDict, PyList, PyString};

impl PyFrozenDict {
    /// An empty `frozendict`. A new reference.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyFrozenDict_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn empty(py: Python<'_>) -> PyResult<'_, Owned<'_, PyFrozenDict>> {
        py.assert_attached();
        // SAFETY: attached; NULL is for no items.
        let result = unsafe { ffi::PyFrozenDict_New(ptr::null_mut()) };
        // SAFETY: a new reference to a frozendict, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `frozendict(items)`: of a mapping, or an iterable of pairs, which is borrowed. A new reference: the `frozendict` takes
    /// references of its own to keys and values.
    ///
    /// # Errors
    /// `TypeError` if `items` is neither, or a key is unhashable; `ValueError` for an item that is no pair; what `items` or
    /// a key raises; `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyDict, PyFrozenDict, PyInt}};
    /// # Python::initialize();
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let dict = PyDict::new(py)?;
    /// dict.set_str("key", &*PyInt::new(py, 42)?)?;
    /// let frozen = PyFrozenDict::new(py, &dict)?;
    /// dict.clear();
    /// assert_eq!(frozen.len(), 1);
    /// assert!(frozen.contains_str("key")?);
    /// # Ok(()) }
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyFrozenDict_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        py: Python<'py>,
        items: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyFrozenDict>> {
        py.assert_attached();
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyFrozenDict_New(items.as_ptr()) };
        // SAFETY: a new reference to a frozendict, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of frozendict
///
/// Looking a key up calls `__hash__` on it, and `__eq__` on keys of the same hash; both may be Python code.
/// [`iter`](Borrowed::iter) of any object iterates over the keys.
impl<'py> Borrowed<'py, PyFrozenDict> {
    /// The number of items. O(1), cannot fail.
    #[doc(alias = "PyDict_Size")]
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        // SAFETY: a live frozendict, for which the function has a size.
        let size = unsafe { ffi::PyDict_Size(self.as_ptr()) };
        size as usize
    }

    /// Whether there are no items.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `key` as a new reference, or `None` if there is no such key. `key` is borrowed.
    ///
    /// # Errors
    /// `TypeError` for an unhashable key, or what `__hash__` or `__eq__` raises.
    #[doc(alias = "PyDict_GetItemRef")]
    #[doc(alias = "PyDict_GetItemWithError")]
    #[doc(alias = "PyDict_GetItem")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get(&self, key: &Borrowed<'_, PyAny>) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        let mut value = ptr::null_mut();
        // SAFETY: live objects, borrowed for the call; `value` receives a new reference or NULL.
        let status = unsafe { ffi::PyDict_GetItemRef(self.as_ptr(), key.as_ptr(), &mut value) };
        check_status(self.py(), status)?;
        // SAFETY: a new reference, or NULL where there is no such key.
        Ok(unsafe { Owned::from_new_ptr_or_opt(self.py(), value) })
    }

    /// [`get`](Borrowed::get) for a key that is text, of which a `str` is made.
    ///
    /// # Errors
    /// `MemoryError`, or what the `__eq__` of a key that is no str raises.
    #[doc(alias = "PyDict_GetItemString")]
    #[doc(alias = "PyDict_GetItemStringRef")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_str(&self, key: &str) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        self.get(&*PyString::new(self.py(), key)?)
    }

    /// `key in self`. `key` is borrowed.
    ///
    /// # Errors
    /// As for [`get`](Borrowed::get).
    #[doc(alias = "PyDict_Contains")]
    #[inline]
    pub fn contains(&self, key: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        // SAFETY: live objects, borrowed for the call.
        let truth = unsafe { ffi::PyDict_Contains(self.as_ptr(), key.as_ptr()) };
        check_truth(self.py(), truth)
    }

    /// [`contains`](Borrowed::contains) for a key that is text, of which a `str` is made.
    ///
    /// # Errors
    /// `MemoryError`, or what the `__eq__` of a key that is no str raises.
    #[doc(alias = "PyDict_ContainsString")]
    #[inline]
    pub fn contains_str(&self, key: &str) -> PyResult<'py, bool> {
        self.contains(&*PyString::new(self.py(), key)?)
    }

    /// A new list of the keys. O(n).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyDict_Keys")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn keys(&self) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live frozendict, borrowed for the call.
        let result = unsafe { ffi::PyDict_Keys(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// A new list of the values. O(n).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyDict_Values")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn values(&self) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live frozendict, borrowed for the call.
        let result = unsafe { ffi::PyDict_Values(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// A new list of the items, which are tuples of key and value. O(n).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyDict_Items")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn items(&self) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live frozendict, borrowed for the call.
        let result = unsafe { ffi::PyDict_Items(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
