//! Building lists from owned items, without counting references.
//!
//! `PyList_New(n)` makes a list of n NULL slots, which the garbage collector tracks at once: Python code that
//! runs while it is filled can find it through `gc.get_objects()`, and crash on a slot. Here the list's size
//! is set to 0 at once and grows with each item, so that other code finds a valid list, which it may even
//! change. On free-threaded builds another thread could change the list during a push: there the collector
//! does not track it until it is complete.

use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyList, checked_size};

/// A new list of `count` NULL slots, which the collector tracks.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn with_empty_slots<'py>(py: Python<'py>, count: usize) -> PyResult<'py, Owned<'py, PyList>> {
    #[cfg(Py_GIL_DISABLED)]
    make_sure_of_memory(py, count)?;
    let count = checked_size::to_allocate(py, count)?;
    // SAFETY: attached, and the size is not negative.
    let list = unsafe { ffi::PyList_New(count) };
    // SAFETY: a new reference to a list, or NULL with an exception set.
    unsafe { Owned::from_new_ptr_or_raised(py, list) }
}

/// Raises `MemoryError` where `PyList_New(count)` would crash.
///
/// On free-threaded builds, if the allocation of the items fails, `PyList_New` releases the list, whose
/// pointer to the items is still that of an earlier list (python/cpython#152125). A large count from outside
/// must not lead to that. Small lists are not tested: their allocation fails only in a process without any
/// memory.
#[cfg(Py_GIL_DISABLED)]
#[inline]
fn make_sure_of_memory(py: Python<'_>, count: usize) -> PyResult<'_, ()> {
    const SMALL: usize = 4096;
    if count <= SMALL {
        return Ok(());
    }
    // The items follow one word.
    let bytes = count
        .checked_add(1)
        .and_then(|words| words.checked_mul(size_of::<*mut ffi::PyObject>()))
        .unwrap_or(usize::MAX);
    // SAFETY: attached; sizes that are too large give NULL.
    let probe = unsafe { ffi::PyMem_Malloc(bytes) };
    // SAFETY: the memory that was just allocated, or NULL.
    unsafe { ffi::PyMem_Free(probe) };
    match probe.is_null() {
        true => Err(checked_size::too_many(py, count)),
        false => Ok(()),
    }
}

/// Adds an item at the end. The reference to `item` is stolen; if there is room, no count changes.
///
/// # Safety
/// No other thread uses the list during the call: this thread holds the GIL, or no other code can reach the
/// list.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) unsafe fn append_taking<'py>(
    list: &Borrowed<'py, PyList>,
    item: Owned<'_, PyAny>,
) -> PyResult<'py, ()> {
    let place = list.as_ptr().cast::<ffi::PyListObject>();
    // All fields are read in each call: between two calls other code may have changed the list, or may be
    // sorting it, and then `allocated` is negative.
    // SAFETY: a live list, which no other thread uses.
    let size = unsafe { (*place).ob_base.ob_size };
    // SAFETY: as above.
    let allocated = unsafe { (*place).allocated };
    if size >= allocated {
        // SAFETY: live objects, borrowed for the call; `item` is released at the end.
        let status = unsafe { ffi::PyList_Append(list.as_ptr(), item.as_ptr()) };
        return check_status(list.py(), status);
    }
    // SAFETY: as above.
    let items = unsafe { (*place).ob_item };
    // SAFETY: less than `allocated`, which is the number of slots.
    let slot = unsafe { items.offset(size) };
    // SAFETY: within the allocation, and beyond the size, where no slot owns anything.
    unsafe { slot.write(item.into_ptr()) };
    // SAFETY: as above; the slots up to the new size are all filled.
    unsafe { (*place).ob_base.ob_size = size + 1 };
    Ok(())
}

impl PyList {
    /// A new empty list.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyList_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn empty(py: Python<'_>) -> PyResult<'_, Owned<'_, PyList>> {
        py.assert_attached();
        with_empty_slots(py, 0)
    }

    /// A list of `items`, whose references are stolen: no reference count changes.
    ///
    /// # Errors
    /// `MemoryError`; the items are released in this case, too.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyList, PyString}};
    /// # Python::initialize();
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let left = PyString::new(py, "left")?.into_any();
    /// let pair = PyList::from_owned(py, [left, py.none().new_ref().into_any()])?;
    /// assert_eq!(pair.len(), 2);
    /// # Ok(()) }
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyList_New")]
    #[doc(alias = "PyList_SET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_owned<'py, const N: usize>(
        py: Python<'py>,
        items: [Owned<'py, PyAny>; N],
    ) -> PyResult<'py, Owned<'py, PyList>> {
        py.assert_attached();
        let list = with_empty_slots(py, N)?;
        for (index, item) in items.into_iter().enumerate() {
            let (index, item) = (index as ffi::Py_ssize_t, item.into_ptr());
            // SAFETY: N slots, each filled once; the reference is stolen. From the allocation to here no
            // Python code runs and the thread does not stop, so that no other code goes through the objects
            // that the collector tracks.
            unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), index, item) }
        }
        Ok(list)
    }

    /// A list of `count` items, which are the results of `item(0)`, `item(1)` and so on. Their references are
    /// stolen: no reference count changes.
    ///
    /// `item` may run Python code: see [`ListBuilder`].
    ///
    /// # Errors
    /// The first error of `item`, or `MemoryError`. The items made so far are released, also if `item`
    /// panics.
    #[doc(alias = "PyList_New")]
    #[doc(alias = "PyList_SET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn try_from_fn<'py, F>(
        py: Python<'py>,
        count: usize,
        mut item: F,
    ) -> PyResult<'py, Owned<'py, PyList>>
    where
        F: FnMut(usize) -> PyResult<'py, Owned<'py, PyAny>>,
    {
        let mut list = ListBuilder::with_capacity(py, count)?;
        for index in 0..count {
            list.push(item(index)?)?;
        }
        Ok(list.finish())
    }

    /// A list of all items of an iterator, whose references are stolen: no reference count changes.
    ///
    /// Memory is allocated in advance for the lower bound of `size_hint`; the iterator may yield fewer or
    /// more items.
    ///
    /// # Errors
    /// `MemoryError`; the items are released in this case, too.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_iter_owned<'py>(
        py: Python<'py>,
        items: impl IntoIterator<Item = Owned<'py, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyList>> {
        let items = items.into_iter();
        let mut list = ListBuilder::with_capacity(py, items.size_hint().0)?;
        for item in items {
            list.push(item)?;
        }
        Ok(list.finish())
    }
}

/// A list under construction.
///
/// Any code may run between two pushes. A builder that is dropped, by an early `?` or a panic, releases its
/// items; `mem::forget` leaks them.
///
/// On builds with a GIL, Python code can find the list through `gc.get_objects()`. It is a valid list of the
/// items pushed so far; if that code changes it, the next items are added at its new end. On free-threaded
/// builds no other code can reach the list before [`finish`](ListBuilder::finish).
///
/// ```
/// # use pyptr::{PyResult, Python, types::{ListBuilder, PyString}};
/// # Python::initialize();
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let mut words = ListBuilder::with_capacity(py, 2)?;
/// for word in ["left", "right", "beyond the capacity"] {
///     words.push(PyString::new(py, word)?.into_any())?;
/// }
/// assert_eq!(words.finish().len(), 3);
/// # Ok(()) }
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[must_use = "dropping a builder releases the items in it"]
pub struct ListBuilder<'py> {
    list: Owned<'py, PyList>,
}

impl<'py> ListBuilder<'py> {
    /// Begins a list with room for `capacity` items. Fewer or more may be pushed.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyList_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn with_capacity(py: Python<'py>, capacity: usize) -> PyResult<'py, ListBuilder<'py>> {
        py.assert_attached();
        let list = with_empty_slots(py, capacity)?;
        let place = list.as_ptr().cast::<ffi::PyListObject>();
        // SAFETY: a new list, which no other code has reached since it was made: no Python code ran, and this
        // thread did not stop. The slots beyond the size stay allocated and own nothing.
        unsafe { (*place).ob_base.ob_size = 0 };
        #[cfg(Py_GIL_DISABLED)]
        // SAFETY: a live object with a collector's header.
        unsafe {
            ffi::PyObject_GC_UnTrack(list.as_ptr().cast())
        };
        list.set_complete(false);
        Ok(ListBuilder { list })
    }

    /// Begins a list for a number of items that only data from outside promises. Room for many is made as the items arrive: a header
    /// of five bytes cannot allocate what it announces. If the rest of the data is at hand, its length bounds their number, and
    /// [`with_capacity`](ListBuilder::with_capacity) may be called with the smaller one.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyList_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn with_size_hint(py: Python<'py>, promised: usize) -> PyResult<'py, ListBuilder<'py>> {
        py.assert_attached();
        const MOST: usize = checked_size::MOST_BYTES_AHEAD / size_of::<*mut ffi::PyObject>();
        ListBuilder::with_capacity(py, promised.min(MOST))
    }

    /// Adds an item at the end. The reference to `item` is stolen; within the capacity no count changes. O(1)
    /// amortised.
    ///
    /// # Errors
    /// `MemoryError`; `item` is released in this case, too.
    #[doc(alias = "PyList_Append")]
    #[doc(alias = "PyList_SET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn push(&mut self, item: Owned<'py, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: this thread holds the GIL, or the collector does not track the list and no other code can
        // reach it.
        unsafe { append_taking(&self.list, item) }
    }

    /// The finished list.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn finish(self) -> Owned<'py, PyList> {
        #[cfg(Py_GIL_DISABLED)]
        // SAFETY: a valid list, which `with_capacity` took from the collector.
        unsafe {
            ffi::PyObject_GC_Track(self.list.as_ptr().cast())
        };
        self.list.set_complete(true);
        self.list
    }
}
