//! Building lists from owned items, without counting references.
//!
//! `PyList_New(n)` makes a list of n NULL slots that the garbage collector knows already, so that Python
//! code that runs while it is filled can find it through `gc.get_objects()` and crash on a slot. Here
//! its size is set to 0 at once, and grows with each item: what is found is a valid list, which may
//! even be changed. On free-threaded builds another thread could change it during a push; there it
//! stays off the collector's list until it is complete, and nobody finds it.

use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::common::checked_size;
use crate::types::{PyAny, PyList};

/// A new list of `count` NULL slots, which the collector knows.
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

/// A `MemoryError` where `PyList_New(count)` would crash.
///
/// On free-threaded builds it releases the half-made list when the allocation of the items fails, and the
/// list's pointer to them is that of its former life (python/cpython#152125). A count from outside must
/// not get that far. Small lists are not tried: there it takes a process without any memory.
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
    // SAFETY: what was just allocated, or NULL.
    unsafe { ffi::PyMem_Free(probe) };
    match probe.is_null() {
        true => Err(checked_size::too_many(py, count)),
        false => Ok(()),
    }
}

/// Adds an item at the end. The reference is given away; no count changes where there is room.
///
/// # Safety
/// No other thread uses the list during the call: this one holds the GIL, or nobody else can see the
/// list.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) unsafe fn append_taking<'py>(
    list: &Borrowed<'py, PyList>,
    item: Owned<'_, PyAny>,
) -> PyResult<'py, ()> {
    let place = list.as_ptr().cast::<ffi::PyListObject>();
    // Everything is read anew each time: between two calls other code may have changed the list, or be
    // sorting it, when `allocated` is negative.
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

    /// A list of the given items, whose references are taken over: no reference count changes.
    ///
    /// # Errors
    /// `MemoryError`; the items are released then, too.
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
            // Python code runs and the thread does not stop, so that no other code looks through the
            // collector's list.
            unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), index, item) }
        }
        Ok(list)
    }

    /// A list of `count` items, which `item` makes one after the other. Their references are taken over:
    /// no reference count changes.
    ///
    /// `item` may run Python code, see [`ListBuilder`].
    ///
    /// # Errors
    /// The first error of `item`, or `MemoryError`; the items made so far are released. They are, too,
    /// when `item` panics.
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

    /// A list of all items of an iterator, whose references are taken over: no reference count changes.
    ///
    /// Room is made in advance for as many items as the iterator promises; it may yield fewer or more.
    ///
    /// # Errors
    /// `MemoryError`; the items are released then, too.
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
/// Any code may run between two pushes. A builder that is dropped, by an early `?` or a panic, releases
/// the items that it has taken; one that is forgotten leaks them.
///
/// On builds with a GIL, Python code can find the list through `gc.get_objects()`: it sees a valid list
/// of the items pushed so far, and when it changes the list, the next items come after what is in it
/// then. On free-threaded builds nobody sees it before [`finish`](ListBuilder::finish).
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
    /// Begins a list with room for `capacity` items. It may get fewer or more.
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
        // SAFETY: a new list, which nobody has looked for since it was made: no Python code ran, and this
        // thread did not stop. The slots beyond the size stay allocated and own nothing.
        unsafe { (*place).ob_base.ob_size = 0 };
        #[cfg(Py_GIL_DISABLED)]
        // SAFETY: a live object with a collector's header.
        unsafe {
            ffi::PyObject_GC_UnTrack(list.as_ptr().cast())
        };
        Ok(ListBuilder { list })
    }

    /// Adds an item at the end. The reference is given away, and its count does not change within the
    /// capacity. O(1) amortised.
    ///
    /// # Errors
    /// `MemoryError`; `item` is released then, too.
    #[doc(alias = "PyList_Append")]
    #[doc(alias = "PyList_SET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn push(&mut self, item: Owned<'py, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: this thread holds the GIL, or the list is not on the collector's list and nobody sees it.
        unsafe { append_taking(&self.list, item) }
    }

    /// The finished list.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn finish(self) -> Owned<'py, PyList> {
        #[cfg(Py_GIL_DISABLED)]
        // SAFETY: a valid list, which `with_capacity` took off the collector's list.
        unsafe {
            ffi::PyObject_GC_Track(self.list.as_ptr().cast())
        };
        self.list
    }
}
