//! `set` and `frozenset`.

use std::ptr;

use crate::error::PyRuntimeError;
use crate::error::{PyResult, Raised, check_status, check_truth};
use crate::ffi;
use crate::ledger::Site;
use crate::refs::{Borrowed, Owned, Python};
use crate::sync::with_critical_section;
use crate::types::any::Held;
use crate::types::{Loaded, PyAny, PyAnySet, PyFrozenSet, PySet};

impl PySet {
    /// A new empty set.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PySet_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PySet>> {
        py.assert_attached();
        // SAFETY: attached.
        let result = unsafe { ffi::PySet_New(ptr::null_mut()) };
        // SAFETY: a new reference to a set, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `set(items)`: a new set of an iterable's items. `items` is borrowed.
    ///
    /// # Errors
    /// `TypeError` if `items` is not iterable or an item is unhashable, or what iterating or hashing raises.
    #[doc(alias = "PySet_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_iterable<'py>(
        py: Python<'py>,
        items: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PySet>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySet_New(items.as_ptr()) };
        // SAFETY: a new reference to a set, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

impl PyFrozenSet {
    /// The empty frozenset, as a new reference.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyFrozenSet_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyFrozenSet>> {
        py.assert_attached();
        // SAFETY: attached.
        let result = unsafe { ffi::PyFrozenSet_New(ptr::null_mut()) };
        // SAFETY: a new reference to a frozenset, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// A new frozenset of an iterable's items. `items` is borrowed. Unlike Python's `frozenset(items)`, this
    /// copies a frozenset, too.
    ///
    /// # Errors
    /// `TypeError` if `items` is not iterable or an item is unhashable, or what iterating or hashing raises.
    #[doc(alias = "PyFrozenSet_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_iterable<'py>(
        py: Python<'py>,
        items: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyFrozenSet>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyFrozenSet_New(items.as_ptr()) };
        // SAFETY: a new reference to a frozenset, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of set and frozenset
///
/// Looking an item up calls `__hash__` on it, and `__eq__` on items of the same hash; both may be Python
/// code and do anything, the set included.
impl<'py> Borrowed<'py, PyAnySet> {
    /// The current number of items. O(1), cannot fail.
    #[doc(alias = "PySet_Size")]
    #[doc(alias = "PySet_GET_SIZE")]
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        // SAFETY: a live set or frozenset, for which the call does not fail.
        (unsafe { ffi::PySet_Size(self.as_ptr()) }) as usize
    }

    /// Whether there are no items.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `item in self`. `item` is borrowed. O(1). Unlike Python's `in`, this raises `TypeError` if `item` is a
    /// set, and does not look for an equal frozenset.
    ///
    /// # Errors
    /// `TypeError` for an unhashable item, or what `__hash__` or `__eq__` raises.
    #[doc(alias = "PySet_Contains")]
    #[inline]
    pub fn contains(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySet_Contains(self.as_ptr(), item.as_ptr()) };
        check_truth(self.py(), status)
    }
}

/// # Methods of set
impl<'py> Borrowed<'py, PySet> {
    /// Adds an item. `item` is borrowed: the set takes its own reference if it has no equal item yet.
    ///
    /// # Errors
    /// `TypeError` for an unhashable item, what `__hash__` or `__eq__` raises, `MemoryError`.
    #[doc(alias = "PySet_Add")]
    #[inline]
    pub fn add(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySet_Add(self.as_ptr(), item.as_ptr()) };
        check_status(self.py(), status)
    }

    /// Removes an item, and returns whether the set had it. `item` is borrowed; the set's reference is
    /// released.
    ///
    /// # Errors
    /// `TypeError` for an unhashable item, or what `__hash__` or `__eq__` raises.
    #[doc(alias = "PySet_Discard")]
    #[inline]
    pub fn discard(&self, item: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PySet_Discard(self.as_ptr(), item.as_ptr()) };
        check_truth(self.py(), status)
    }

    /// Removes an arbitrary item and returns it, with the reference that the set held.
    ///
    /// # Errors
    /// `KeyError` if the set is empty.
    #[doc(alias = "PySet_Pop")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn pop(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PySet_Pop(self.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Removes all items. The set's references are released.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PySet_Clear")]
    #[inline]
    pub fn clear(&self) -> PyResult<'py, ()> {
        // SAFETY: a live object, borrowed for the call.
        let status = unsafe { ffi::PySet_Clear(self.as_ptr()) };
        check_status(self.py(), status)
    }
}

/// ## set and frozenset: iterating without counting
impl<'py> Borrowed<'py, PyAnySet> {
    /// Iterates over the items without taking references.
    ///
    /// [`iter`](Borrowed::iter) is safe, makes an iterator object, and takes and releases a reference to each
    /// item.
    ///
    /// # Safety
    /// From this call until the last use of an item, no code may run that could add or remove one, as for
    /// [lists](Borrowed::iter_borrowed). On free-threaded builds
    /// [`with_critical_section`](crate::sync::with_critical_section) must hold the set around the whole loop.
    #[doc(alias = "_PySet_NextEntry")]
    #[inline]
    pub unsafe fn iter_borrowed<'a>(&'a self) -> impl Iterator<Item = &'a Borrowed<'py, PyAny>> {
        let mut position: ffi::Py_ssize_t = 0;
        std::iter::from_fn(move || {
            let (mut item, mut hash, set) = (ptr::null_mut(), 0, self.as_ptr());
            // SAFETY: a live set that no code changes, by the caller's promise.
            match unsafe { ffi::_PySet_NextEntry(set, &mut position, &mut item, &mut hash) } {
                // SAFETY: the set keeps the item while the caller uses it, by the caller's promise.
                1 => Some(unsafe { Borrowed::from_ptr(self.py(), item) }),
                _ => None,
            }
        })
    }
}

/// ## set and frozenset: items that are lent
impl<'py> Borrowed<'py, PyAnySet> {
    /// Calls `f` with each item, up to the first error: scalars by value, the rest lent until `f` returns, as for
    /// [lists](Borrowed::for_each_loaded). The fastest way to iterate over a set that is safe, on every build.
    ///
    /// `f` may run any code. On free-threaded builds the set is locked once for all items, as by
    /// [`with_critical_section`].
    ///
    /// # Errors
    /// The first error of `f`; Python's own `RuntimeError` if the set's size changes meanwhile.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{Loaded, PySet}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let set = py.eval(c"{1, 2, 3, 'four'}", None, None)?.cast_into::<PySet>()?;
    /// let mut sum = 0;
    /// set.for_each_loaded(|item| {
    ///     if let Loaded::Int(int) = item {
    ///         sum += int;
    ///     }
    ///     PyResult::Ok(())
    /// })?;
    /// assert_eq!(sum, 6);
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "_PySet_NextEntry")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn for_each_loaded<E: From<Raised<'py>>>(
        &self,
        f: impl FnMut(Loaded<'_, 'py>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.for_each_loaded_or(E::from, f)
    }

    /// [`for_each_loaded`](Borrowed::for_each_loaded) for any error type: `lost` makes one of the loop's own
    /// `RuntimeError`, as for [`try_for_each_or`](Borrowed::try_for_each_or) of a dict.
    ///
    /// # Errors
    /// The first error of `f`, or what `lost` makes.
    #[doc(alias = "_PySet_NextEntry")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn for_each_loaded_or<E>(
        &self,
        lost: impl FnOnce(Raised<'py>) -> E,
        mut f: impl FnMut(Loaded<'_, 'py>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (py, site, set) = (self.py(), Site::here(), self.as_ptr());
        with_critical_section(self, || {
            let size = self.len();
            let mut position: ffi::Py_ssize_t = 0;
            loop {
                // SAFETY: a live set; its size is read under the GIL, or the set's lock.
                if unsafe { ffi::PySet_GET_SIZE(set) } as usize != size {
                    let message = "Set changed size during iteration";
                    return Err(lost(py.raise::<PyRuntimeError>(message)));
                }
                let (mut item, mut hash) = (ptr::null_mut(), 0);
                // SAFETY: a live set that nobody else changes meanwhile: with a GIL this thread has it, and on free-threaded builds
                // the set is locked, again when `f` returns. The position may be any: it is compared with the table as it is now.
                let more =
                    unsafe { ffi::_PySet_NextEntry(set, &mut position, &mut item, &mut hash) };
                if more != 1 {
                    return Ok(());
                }
                let mut held = Held::nothing();
                // SAFETY: the set has the item now.
                f(unsafe { held.lend(py, item, true, site) })?;
            }
        })
    }
}
