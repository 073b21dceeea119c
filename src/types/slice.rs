//! `slice`.

use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PySlice, checked_size};

/// The indices that a slice selects in a sequence of a certain length: see [`indices`](Borrowed::indices).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceIndices {
    /// The first index.
    pub start: isize,
    /// The first index that is not selected. With a negative step it can be -1, which means before the first
    /// item.
    pub stop: isize,
    /// The step, never 0.
    pub step: isize,
    /// The number of items.
    pub len: usize,
}

impl PySlice {
    /// `slice(start, stop, step)`, as a new reference. All are borrowed: the slice takes its own references.
    /// Rust's `None` becomes Python's `None`.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PySlice_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        py: Python<'py>,
        start: Option<&Borrowed<'_, PyAny>>,
        stop: Option<&Borrowed<'_, PyAny>>,
        step: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PySlice>> {
        let [start, stop, step] =
            [start, stop, step].map(|part| part.unwrap_or(py.none()).as_ptr());
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySlice_New(start, stop, step) };
        // SAFETY: a new reference to a slice, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of slice
impl<'py> Borrowed<'py, PySlice> {
    /// `self.start`, borrowed from the slice.
    #[inline]
    pub fn start(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: a live slice, whose members are set when it is made and never change.
        let part = unsafe { (*self.as_ptr().cast::<ffi::PySliceObject>()).start };
        // SAFETY: the slice keeps the object alive for the borrow of `self`.
        unsafe { Borrowed::from_ptr(self.py(), part) }
    }

    /// `self.stop`, borrowed from the slice.
    #[inline]
    pub fn stop(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: a live slice, whose members are set when it is made and never change.
        let part = unsafe { (*self.as_ptr().cast::<ffi::PySliceObject>()).stop };
        // SAFETY: the slice keeps the object alive for the borrow of `self`.
        unsafe { Borrowed::from_ptr(self.py(), part) }
    }

    /// `self.step`, borrowed from the slice.
    #[inline]
    pub fn step(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: a live slice, whose members are set when it is made and never change.
        let part = unsafe { (*self.as_ptr().cast::<ffi::PySliceObject>()).step };
        // SAFETY: the slice keeps the object alive for the borrow of `self`.
        unsafe { Borrowed::from_ptr(self.py(), part) }
    }

    /// The indices that the slice selects in a sequence of `len` items.
    ///
    /// This calls the `__index__` of start, stop and step, which may be Python code and change the sequence.
    /// If that matters, read the length again afterwards, and pass it to [`SliceIndices::adjust`].
    ///
    /// # Errors
    /// `TypeError` if start, stop or step is neither `None` nor an object with `__index__`, `ValueError` if
    /// the step is 0, or what `__index__` raises.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::PySlice};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let slice = py.eval(c"slice(-3, None, 2)", None, None)?.cast_into::<PySlice>()?;
    /// let indices = slice.indices(10)?;
    /// assert_eq!((indices.start, indices.stop, indices.step, indices.len), (7, 10, 2, 2));
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PySlice_GetIndicesEx")]
    #[doc(alias = "PySlice_GetIndices")]
    #[doc(alias = "PySlice_Unpack")]
    #[inline]
    pub fn indices(&self, len: usize) -> PyResult<'py, SliceIndices> {
        let (mut start, mut stop, mut step) = (0, 0, 0);
        let slice = self.as_ptr();
        // SAFETY: a live slice; the variables receive numbers.
        let status = unsafe { ffi::PySlice_Unpack(slice, &mut start, &mut stop, &mut step) };
        check_status(self.py(), status)?;
        let unpacked = SliceIndices {
            start,
            stop,
            step,
            len: 0,
        };
        Ok(unpacked.adjust(len))
    }
}

impl SliceIndices {
    /// Clips start and stop to a sequence of `len` items. Runs no other code. Negative indices count from the
    /// end, so the result may be adjusted again only if the sequence has become shorter.
    ///
    /// # Panics
    /// If the step is 0 or `isize::MIN`, which cannot be negated.
    #[doc(alias = "PySlice_AdjustIndices")]
    #[inline]
    pub fn adjust(self, len: usize) -> SliceIndices {
        let SliceIndices {
            mut start,
            mut stop,
            step,
            ..
        } = self;
        assert!(
            step != 0 && step != isize::MIN,
            "{step} is not a valid step"
        );
        let len = checked_size::saturate(len);
        // SAFETY: reads and writes the numbers alone, and needs no thread state; the step is one.
        let len = unsafe { ffi::PySlice_AdjustIndices(len, &mut start, &mut stop, step) };
        SliceIndices {
            start,
            stop,
            step,
            len: len as usize,
        }
    }
}
