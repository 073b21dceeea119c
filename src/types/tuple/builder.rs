//! Building tuples from owned items, without counting references.
//!
//! `PyTuple_New` makes a tuple of NULL slots, which the garbage collector tracks at once: Python code that
//! runs while it is filled can find it through `gc.get_objects()`, and crash on a slot. Here either no other
//! code runs until the tuple is complete, because all items exist already, or the collector does not track
//! the tuple until then.

use crate::error::{PyResult, PySystemError, push};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyTuple, checked_size};

/// A new tuple of `count` NULL slots, which the collector tracks (except the empty tuple, which is shared).
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn with_empty_slots<'py>(py: Python<'py>, count: usize) -> PyResult<'py, Owned<'py, PyTuple>> {
    let count = checked_size::to_allocate(py, count)?;
    // SAFETY: attached, and the size is not negative.
    let tuple = unsafe { ffi::PyTuple_New(count) };
    // SAFETY: a new reference to a tuple, or NULL with an exception set.
    unsafe { Owned::from_new_ptr_or_raised(py, tuple) }
}

/// Puts an item into a slot; the reference to `item` is stolen.
///
/// # Safety
/// The slot exists and is NULL, and no other code can reach the tuple.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
unsafe fn fill(tuple: &Owned<'_, PyTuple>, index: usize, item: Owned<'_, PyAny>) {
    // SAFETY: the caller promises the slot; the reference is stolen.
    unsafe { ffi::PyTuple_SET_ITEM(tuple.as_ptr(), index as ffi::Py_ssize_t, item.into_ptr()) }
}

impl PyTuple {
    /// The empty tuple. A new reference to the one object that all empty tuples share.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn empty(py: Python<'_>) -> Owned<'_, PyTuple> {
        py.assert_attached();
        // SAFETY: attached.
        let result = unsafe { ffi::PyTuple_New(0) };
        // SAFETY: a new reference to the shared empty tuple, which exists since initialisation.
        unsafe { Owned::from_new_ptr(py, result) }
    }

    /// A tuple of `items`, whose references are stolen: no reference count changes.
    ///
    /// # Errors
    /// `MemoryError`; the items are released in this case, too.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyString, PyTuple}};
    /// # Python::initialize();
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let left = PyString::new(py, "left")?.into_any();
    /// let pair = PyTuple::from_owned(py, [left, py.none().new_ref().into_any()])?;
    /// assert_eq!(pair.len(), 2);
    /// # Ok(()) }
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyTuple_Pack")]
    #[doc(alias = "PyTuple_New")]
    #[doc(alias = "PyTuple_SET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_owned<'py, const N: usize>(
        py: Python<'py>,
        items: [Owned<'py, PyAny>; N],
    ) -> PyResult<'py, Owned<'py, PyTuple>> {
        py.assert_attached();
        let tuple = with_empty_slots(py, N)?;
        for (index, item) in items.into_iter().enumerate() {
            // SAFETY: N slots, each filled once. From the allocation to here no Python code runs and the
            // thread does not stop, so that no other code goes through the objects that the collector tracks.
            unsafe { fill(&tuple, index, item) }
        }
        Ok(tuple)
    }

    /// A tuple of `items`, which are borrowed: the tuple takes a reference to each.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyString, PyTuple}};
    /// # Python::initialize();
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let word = PyString::new(py, "word")?;
    /// let pair = PyTuple::from_borrowed(py, &[&word, py.none()])?;
    /// assert!(pair.get(0).unwrap().is(&word));
    /// # Ok(()) }
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyTuple_FromArray")]
    #[doc(alias = "PyTuple_Pack")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_borrowed<'py>(
        py: Python<'py>,
        items: &[&Borrowed<'_, PyAny>],
    ) -> PyResult<'py, Owned<'py, PyTuple>> {
        py.assert_attached();
        #[cfg(Py_3_15)]
        {
            let count = checked_size::to_allocate(py, items.len())?;
            // SAFETY: an array of so many live objects, borrowed for the call.
            let tuple = unsafe { ffi::PyTuple_FromArray(items.as_ptr().cast(), count) };
            // SAFETY: a new reference to a tuple, or NULL with an exception set.
            unsafe { Owned::from_new_ptr_or_raised(py, tuple) }
        }
        #[cfg(not(Py_3_15))]
        {
            let tuple = with_empty_slots(py, items.len())?;
            for (index, item) in items.iter().enumerate() {
                // SAFETY: as many slots as items, each filled once; as in `from_owned`, nothing runs in between.
                unsafe { fill(&tuple, index, Borrowed::to_owned(item)) }
            }
            Ok(tuple)
        }
    }

    /// A tuple of `count` items, which are the results of `item(0)`, `item(1)` and so on. Their references
    /// are stolen: no reference count changes.
    ///
    /// `item` may run Python code: no other code can reach the tuple before it is complete.
    ///
    /// # Errors
    /// The first error of `item`, or `MemoryError`. The items made so far are released, also if `item`
    /// panics.
    #[doc(alias = "PyTuple_New")]
    #[doc(alias = "PyTuple_SET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn try_from_fn<'py, F>(
        py: Python<'py>,
        count: usize,
        mut item: F,
    ) -> PyResult<'py, Owned<'py, PyTuple>>
    where
        F: FnMut(usize) -> PyResult<'py, Owned<'py, PyAny>>,
    {
        let mut tuple = TupleBuilder::with_len(py, count)?;
        for index in 0..count {
            tuple.push(item(index)?);
        }
        tuple.finish()
    }

    /// A tuple of all items of an iterator, whose references are stolen: no reference count changes.
    ///
    /// The items are collected first, and the tuple is made when their number is known.
    ///
    /// # Errors
    /// `MemoryError`; the items are released in this case, too.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_iter_owned<'py>(
        py: Python<'py>,
        items: impl IntoIterator<Item = Owned<'py, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyTuple>> {
        py.assert_attached();
        let items = collected(py, items.into_iter())?;
        let tuple = with_empty_slots(py, items.len())?;
        for (index, item) in items.into_iter().enumerate() {
            // SAFETY: as many slots as items, each filled once; as in `from_owned`, nothing runs in between.
            unsafe { fill(&tuple, index, item) }
        }
        Ok(tuple)
    }
}

/// All items. Their number is the iterator's to say, and an iterator may lie: there must be no panic for want of
/// memory that is not needed.
#[inline]
fn collected<'py>(
    py: Python<'py>,
    items: impl Iterator<Item = Owned<'py, PyAny>>,
) -> PyResult<'py, Vec<Owned<'py, PyAny>>> {
    let mut collected = Vec::new();
    // Without this memory, each push looks for some.
    let _ = collected.try_reserve_exact(items.size_hint().0);
    for item in items {
        push(py, &mut collected, item)?;
    }
    Ok(collected)
}

/// A tuple under construction, of a length that is known in advance.
///
/// No other code can reach the tuple before [`finish`](TupleBuilder::finish), so any code may run between two
/// pushes. A builder that is dropped, by an early `?` or a panic, releases its items; `mem::forget` leaks
/// them.
///
/// ```
/// # use pyptr::{PyResult, Python, types::{PyString, TupleBuilder}};
/// # Python::initialize();
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let mut words = TupleBuilder::with_len(py, 2)?;
/// for word in ["left", "right"] {
///     words.push(PyString::new(py, word)?.into_any());
/// }
/// assert_eq!(words.finish()?.len(), 2);
/// # Ok(()) }
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[must_use = "dropping a builder releases the items in it"]
pub struct TupleBuilder<'py> {
    /// Not tracked by the collector, except the empty tuple.
    tuple: Owned<'py, PyTuple>,
    len: usize,
    /// How many items were pushed; only the first `len` of them are in the tuple.
    pushed: usize,
}

impl<'py> TupleBuilder<'py> {
    /// Begins a tuple of `len` items.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyTuple_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn with_len(py: Python<'py>, len: usize) -> PyResult<'py, TupleBuilder<'py>> {
        py.assert_attached();
        let tuple = with_empty_slots(py, len)?;
        if len != 0 {
            // SAFETY: a live object with a collector's header; it may be untracked already.
            unsafe { ffi::PyObject_GC_UnTrack(tuple.as_ptr().cast()) }
            tuple.set_complete(false);
        }
        Ok(TupleBuilder {
            tuple,
            len,
            pushed: 0,
        })
    }

    /// Adds the next item. The reference to `item` is stolen: no reference count changes.
    ///
    /// An item beyond the length is released, and [`finish`](TupleBuilder::finish) returns the error.
    #[doc(alias = "PyTuple_SET_ITEM")]
    #[doc(alias = "PyTuple_SetItem")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn push(&mut self, item: Owned<'py, PyAny>) {
        let index = self.pushed;
        self.pushed = index.saturating_add(1);
        if index < self.len {
            // SAFETY: the slot exists, each index comes once, and no other code can reach a tuple that the
            // collector does not track.
            unsafe { fill(&self.tuple, index, item) }
        }
    }

    /// The finished tuple.
    ///
    /// # Errors
    /// `SystemError` if the number of items pushed is not the length given to
    /// [`with_len`](TupleBuilder::with_len), which is a bug in the caller's code. The items are released in
    /// this case.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn finish(self) -> PyResult<'py, Owned<'py, PyTuple>> {
        if self.pushed != self.len {
            return Err(self.wrong_length());
        }
        if self.len != 0 {
            // SAFETY: a complete tuple, which `with_len` took from the collector.
            unsafe { ffi::PyObject_GC_Track(self.tuple.as_ptr().cast()) }
            self.tuple.set_complete(true);
        }
        Ok(self.tuple)
    }

    #[cold]
    #[inline]
    fn wrong_length(self) -> crate::Raised<'py> {
        let (len, pushed, py) = (self.len, self.pushed, self.tuple.py());
        // Released before the exception is raised: destructors must not run with an exception set.
        drop(self);
        py.raise::<PySystemError>(format_args!(
            "{pushed} items were pushed to a TupleBuilder of length {len}"
        ))
    }
}
