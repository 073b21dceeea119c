//! The common methods of `dict`.

use std::ptr;

use super::lender::Lender;
use super::{DictIter, raw};
use crate::error::{PyResult, Raised, assert_clear, check_status, check_truth};
use crate::ffi;
use crate::ledger::{Kind, Site};
use crate::refs::{Borrowed, Owned, Python};
use crate::sync::with_critical_section;
use crate::types::{PyAny, PyDict, PyList, checked_size};

impl PyDict {
    /// A new empty dict.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyDict_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new(py: Python<'_>) -> PyResult<'_, Owned<'_, PyDict>> {
        py.assert_attached();
        // SAFETY: attached.
        let result = unsafe { ffi::PyDict_New() };
        // SAFETY: a new reference to a dict, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// A new empty dict with room for `capacity` items, so that adding them does not resize it. CPython makes
    /// room for at most 87,381 items.
    ///
    /// From 3.11 on, such a dict with `str` keys takes half as much memory again as one that grew item by
    /// item.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "_PyDict_NewPresized")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn with_capacity(py: Python<'_>, capacity: usize) -> PyResult<'_, Owned<'_, PyDict>> {
        py.assert_attached();
        let capacity = checked_size::to_allocate(py, capacity)?;
        // SAFETY: attached; not negative.
        let result = unsafe { ffi::dict_new_presized(capacity) };
        // SAFETY: a new reference to a dict, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of dict
///
/// Keys and values come out as new references: other code can take them out of the dict at any time.
///
/// Looking a key up calls `__hash__` on it, and `__eq__` on keys of the same hash; both may be Python
/// code and do anything, this dict included. For `str` keys neither is.
impl<'py> Borrowed<'py, PyDict> {
    /// The current number of items. O(1), cannot fail.
    #[doc(alias = "PyDict_Size")]
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        let place = self.as_ptr().cast::<ffi::PyDictObject>();
        // SAFETY: the address of a field of a live dict.
        let used = unsafe { &raw mut (*place).ma_used };
        #[cfg(not(Py_GIL_DISABLED))]
        // SAFETY: an aligned word of a live object, which no other thread writes to while this thread holds the GIL.
        return unsafe { used.read() } as usize;
        #[cfg(Py_GIL_DISABLED)]
        {
            use std::sync::atomic::{AtomicIsize, Ordering};

            // SAFETY: an aligned word of a live object, which CPython writes atomically.
            let used = unsafe { AtomicIsize::from_ptr(used) };
            used.load(Ordering::Relaxed) as usize
        }
    }

    /// Whether there are no items.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `key` as a new reference, or `None` if the dict does not have the key. `key` is borrowed.
    ///
    /// # Errors
    /// `TypeError` for an unhashable key, or what `__hash__` or `__eq__` raises.
    #[doc(alias = "PyDict_GetItemRef")]
    #[doc(alias = "PyDict_GetItemWithError")]
    #[doc(alias = "PyDict_GetItem")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get(&self, key: &Borrowed<'_, PyAny>) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        assert_clear(self.py());
        #[cfg(not(all(Py_3_12, not(Py_GIL_DISABLED))))]
        {
            let mut value = ptr::null_mut();
            // SAFETY: live objects, borrowed for the call; `value` receives a new reference or NULL.
            let status =
                unsafe { ffi::compat::PyDict_GetItemRef(self.as_ptr(), key.as_ptr(), &mut value) };
            check_status(self.py(), status)?;
            // SAFETY: a new reference, or NULL where there is no such key.
            Ok(unsafe { Owned::from_new_ptr_or_opt(self.py(), value) })
        }
        // The reference is taken here: up to 3.13, C's own increment would make the decrement wait, see
        // refcount/full_word.rs; on 3.14, the look-up that returns a new reference is slower than the one
        // that returns a borrowed reference.
        #[cfg(all(Py_3_12, not(Py_GIL_DISABLED)))]
        {
            let site = crate::ledger::Site::here();
            // SAFETY: live objects, borrowed for the call.
            let value = unsafe { ffi::PyDict_GetItemWithError(self.as_ptr(), key.as_ptr()) };
            // SAFETY: the dict keeps its value, and nothing has run since it was found.
            let value: Option<&Borrowed<'py, PyAny>> =
                unsafe { Borrowed::from_ptr_or_opt(self.py(), value) };
            match value {
                Some(value) => Ok(Some(value.count(crate::ledger::Kind::New, site))),
                None => Raised::occurred(self.py()).map_or(Ok(None), Err),
            }
        }
    }

    /// `self[key] = value`. Both are borrowed: the dict takes its own references (to the key only if it is
    /// new).
    ///
    /// # Errors
    /// `TypeError` for an unhashable key, what `__hash__` or `__eq__` raises, `MemoryError`.
    #[doc(alias = "PyDict_SetItem")]
    #[inline]
    pub fn set(&self, key: &Borrowed<'_, PyAny>, value: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyDict_SetItem(self.as_ptr(), key.as_ptr(), value.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `self[key] = value`. The references to `key` and `value` are stolen: from 3.13 on, a new item changes
    /// no reference count.
    ///
    /// # Errors
    /// As for [`set`](Borrowed::set); both references are released in this case, too.
    #[doc(alias = "PyDict_SetItem")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn insert_owned(
        &self,
        key: Owned<'_, PyAny>,
        value: Owned<'_, PyAny>,
    ) -> PyResult<'py, ()> {
        let (key, value) = (key.into_ptr(), value.into_ptr());
        // SAFETY: a live dict; both references are stolen, on failure as well.
        let status = unsafe { raw::set_item_taking(self.as_ptr(), key, value) };
        check_status(self.py(), status)
    }

    /// `del self[key]`. `key` is borrowed; the dict's references to its key and value are released.
    ///
    /// # Errors
    /// `KeyError` if there is no such key, otherwise as for [`get`](Borrowed::get).
    #[doc(alias = "PyDict_DelItem")]
    #[inline]
    pub fn del(&self, key: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyDict_DelItem(self.as_ptr(), key.as_ptr()) };
        check_status(self.py(), status)
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

    /// The value of `key` as a new reference; if the dict does not have the key, `default` is inserted and
    /// returned. Both arguments are borrowed.
    ///
    /// # Errors
    /// As for [`set`](Borrowed::set).
    #[doc(alias = "PyDict_SetDefaultRef")]
    #[doc(alias = "PyDict_SetDefault")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn setdefault(
        &self,
        key: &Borrowed<'_, PyAny>,
        default: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let mut value = ptr::null_mut();
        let (dict, key) = (self.as_ptr(), key.as_ptr());
        // SAFETY: live objects, borrowed for the call; `value` receives a new reference or NULL.
        let status =
            unsafe { ffi::compat::PyDict_SetDefaultRef(dict, key, default.as_ptr(), &mut value) };
        check_status(self.py(), status)?;
        // SAFETY: a new reference, or NULL with an exception set (which came back as status).
        unsafe { Owned::from_new_ptr_or_raised(self.py(), value) }
    }

    /// Removes `key` from the dict and returns its value, with the reference that the dict held; `None` if
    /// the dict does not have the key. `key` is borrowed.
    ///
    /// Before 3.13 the key is looked up twice.
    ///
    /// # Errors
    /// As for [`get`](Borrowed::get). Before 3.13 also `KeyError`, if code that runs during the second
    /// look-up deletes the key.
    #[doc(alias = "PyDict_Pop")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn pop(&self, key: &Borrowed<'_, PyAny>) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        #[cfg(Py_3_13)]
        {
            let mut value = ptr::null_mut();
            // SAFETY: live objects, borrowed for the call; `value` receives a new reference or NULL.
            let status = unsafe { ffi::PyDict_Pop(self.as_ptr(), key.as_ptr(), &mut value) };
            check_status(self.py(), status)?;
            // SAFETY: a new reference, or NULL where there is no such key.
            Ok(unsafe { Owned::from_new_ptr_or_opt(self.py(), value) })
        }
        #[cfg(not(Py_3_13))]
        {
            let value = self.get(key)?;
            if value.is_some() {
                self.del(key)?;
            }
            Ok(value)
        }
    }

    /// Removes all items. The dict's references are released.
    #[doc(alias = "PyDict_Clear")]
    #[inline]
    pub fn clear(&self) {
        // SAFETY: a live dict, borrowed for the call.
        unsafe { ffi::PyDict_Clear(self.as_ptr()) }
    }

    /// A new dict of the same items.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyDict_Copy")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn copy(&self) -> PyResult<'py, Owned<'py, PyDict>> {
        // SAFETY: a live dict, borrowed for the call.
        let result = unsafe { ffi::PyDict_Copy(self.as_ptr()) };
        // SAFETY: a new reference to a dict, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Adds the items of a mapping (a dict, or an object with `keys()`), and replaces the values of keys that
    /// the dict has already. `other` is borrowed.
    ///
    /// # Errors
    /// `AttributeError` if `other` has no `keys`, or what `other` raises; the items before the error have
    /// been added.
    #[doc(alias = "PyDict_Update")]
    #[doc(alias = "PyDict_Merge")]
    #[inline]
    pub fn update(&self, other: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyDict_Update(self.as_ptr(), other.as_ptr()) };
        check_status(self.py(), status)
    }

    /// A new list of the keys. O(n).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyDict_Keys")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn keys(&self) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live dict, borrowed for the call.
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
        // SAFETY: a live dict, borrowed for the call.
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
        // SAFETY: a live dict, borrowed for the call.
        let result = unsafe { ffi::PyDict_Items(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Calls `f` with each key and value, up to the first error. The fastest way to iterate over a dict.
    ///
    /// What the dict itself holds, in its order. A subclass may iterate in another, such as an `OrderedDict` after
    /// `move_to_end`: [`as_any().items()`](Borrowed::items) asks it, and the conversion to a [map](crate::convert) reads it as
    /// `dict(object)` would.
    ///
    /// Key and value stay alive until `f` returns, even if the dict changes; [`new_ref`](Borrowed::new_ref)
    /// keeps them for longer. For each item pyptr takes references to both and releases them. From 3.13 on
    /// it does not for a dict of 64 items or more: it watches the dict (`PyDict_Watch`), and
    /// takes references to the key and value that `f` has only if the dict is about to change. That needs one
    /// of the interpreter's eight watchers: while such a loop runs, or on free-threaded builds from the first
    /// such loop on. If no watcher is free, each item is counted.
    ///
    /// `f` may run any code, like the body of a loop over [`iter`](Borrowed::iter). On free-threaded builds
    /// the dict is locked once for all items, as by
    /// [`with_critical_section`](crate::sync::with_critical_section).
    ///
    /// # Errors
    /// The first error of `f`; Python's own `RuntimeError` if the dict's size or keys change meanwhile, see
    /// [`DictIter`].
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyDict, PyString}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let dict = py.eval(c"{'spam': 'eggs'}", None, None)?.cast_into::<PyDict>()?;
    /// let mut length = 0;
    /// dict.try_for_each(|key, value| {
    ///     length += key.cast::<PyString>()?.len() + value.cast::<PyString>()?.len();
    ///     PyResult::Ok(())
    /// })?;
    /// assert_eq!(length, 8);
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyDict_Next")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn try_for_each<E: From<Raised<'py>>>(
        &self,
        f: impl FnMut(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.try_for_each_or(E::from, f)
    }

    /// [`try_for_each`](Borrowed::try_for_each) for any error type, such as that of a serializer, which cannot hold an exception:
    /// `lost` makes one of the loop's own `RuntimeError`. [What to do with it](crate::guide::errors#errors-that-pass-through-other-code).
    ///
    /// # Errors
    /// The first error of `f`, or what `lost` makes.
    ///
    /// ```
    /// # use pyptr::{PyErr, PyResult, Python, types::{PyDict, PyString}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let dict = py.eval(c"{'spam': 'eggs', 'ham': 1}", None, None)?.cast_into::<PyDict>()?;
    /// let result: Result<(), String> = dict.try_for_each_or(
    ///     |raised| PyErr::from(raised).to_string(),
    ///     |_key, value| match value.cast::<PyString>() {
    ///         Ok(_) => Ok(()),
    ///         Err(error) => Err(format!("a value: {error}")),
    ///     },
    /// );
    /// assert_eq!(result.unwrap_err(), "a value: expected str, got int");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyDict_Next")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn try_for_each_or<E>(
        &self,
        lost: impl FnOnce(Raised<'py>) -> E,
        mut f: impl FnMut(&Borrowed<'py, PyAny>, &Borrowed<'py, PyAny>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (py, site) = (self.py(), Site::here());
        let cursor = Lender::cursor(py);
        with_critical_section(self, || {
            // SAFETY: the dict is locked until the lender is dropped; a lock that `f` releases for a time is held again
            // when `f` returns: the critical sections that it begins are closures, and end within it.
            let mut lender = unsafe { Lender::begin(self, cursor) };
            // SAFETY: as above.
            while let Some(lent) = match unsafe { lender.next() } {
                Ok(lent) => lent,
                Err(raised) => return Err(lost(raised)),
            } {
                // SAFETY: the dict has the key now, and until `f` returns there is a reference, or the lender keeps it.
                let key: &Borrowed<'py, PyAny> = unsafe { Borrowed::from_ptr(py, lent.key) };
                // SAFETY: as above.
                let value: &Borrowed<'py, PyAny> = unsafe { Borrowed::from_ptr(py, lent.value) };
                let count = |object: &Borrowed<'py, PyAny>| object.count(Kind::New, site);
                let _held = lent.counted.then(|| (count(key), count(value)));
                f(key, value)?;
            }
            Ok(())
        })
    }

    /// Iterates over keys and values, as new references.
    ///
    /// What the dict itself holds, in its order. A subclass may iterate in another, such as an `OrderedDict` after
    /// `move_to_end`: [`as_any().items()`](Borrowed::items) asks it, and the conversion to a [map](crate::convert) reads it as
    /// `dict(object)` would.
    ///
    /// If the dict's size or keys change meanwhile, the iteration ends with an error: see [`DictIter`].
    /// Values may change.
    #[doc(alias = "PyDict_Next")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter<'a>(&'a self) -> DictIter<'a, 'py> {
        DictIter::new(self)
    }
}
