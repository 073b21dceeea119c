//! `slice`, `range`, `...`.

use super::{PyAny, PyEllipsis, PyInt, PyNotImplemented, PyRange, PySlice, PyType, size};
use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};

/// The indices that a slice means for a sequence of some length: see [`indices`](Borrowed::indices).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceIndices {
    /// The first index.
    pub start: isize,
    /// The index before which it ends; -1 may be before the first one, for negative steps.
    pub stop: isize,
    /// The step, never 0.
    pub step: isize,
    /// The number of items.
    pub len: usize,
}

impl PySlice {
    /// `slice(start, stop, step)`, as a new reference. All are borrowed: the slice takes references of its
    /// own. `None` stands for `None`.
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

/// Its members are fixed: they are lent for as long as the slice is borrowed.
impl<'py> Borrowed<'py, PySlice> {
    /// `self.start`, borrowed from the slice.
    #[inline]
    pub fn start(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: a live slice, whose members are set when it is made and never change.
        let part = unsafe { (*self.as_ptr().cast::<ffi::PySliceObject>()).start };
        // SAFETY: the slice keeps it alive for the borrow of `self`.
        unsafe { Borrowed::from_ptr(self.py(), part) }
    }

    /// `self.stop`, borrowed from the slice.
    #[inline]
    pub fn stop(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: a live slice, whose members are set when it is made and never change.
        let part = unsafe { (*self.as_ptr().cast::<ffi::PySliceObject>()).stop };
        // SAFETY: the slice keeps it alive for the borrow of `self`.
        unsafe { Borrowed::from_ptr(self.py(), part) }
    }

    /// `self.step`, borrowed from the slice.
    #[inline]
    pub fn step(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: a live slice, whose members are set when it is made and never change.
        let part = unsafe { (*self.as_ptr().cast::<ffi::PySliceObject>()).step };
        // SAFETY: the slice keeps it alive for the borrow of `self`.
        unsafe { Borrowed::from_ptr(self.py(), part) }
    }

    /// The indices that the slice means for a sequence of `len` items.
    ///
    /// The parts are asked for their `__index__`, which may be Python code and change the sequence: read
    /// its length afterwards, and pass it to [`SliceIndices::adjust`], if that matters.
    ///
    /// # Errors
    /// `TypeError` if a part is neither an index nor `None`, `ValueError` for a step of 0, or what
    /// `__index__` raises.
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
    /// Clips start and stop to a sequence of `len` items. Calls no code. Negative indices count from the
    /// end, so that it is right once only, or for a length that has become shorter.
    ///
    /// # Panics
    /// If the step is 0, or the smallest number of all, which has no opposite.
    #[doc(alias = "PySlice_AdjustIndices")]
    #[inline]
    pub fn adjust(self, len: usize) -> SliceIndices {
        let SliceIndices {
            mut start,
            mut stop,
            step,
            ..
        } = self;
        assert!(step != 0 && step != isize::MIN, "{step} is no step");
        let len = size::saturate(len);
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

impl PyRange {
    /// `range(start, stop, step)`, as a new reference.
    ///
    /// # Errors
    /// `ValueError` for a step of 0, `MemoryError`.
    #[doc(alias = "PyRange_Type")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new(
        py: Python<'_>,
        start: i64,
        stop: i64,
        step: i64,
    ) -> PyResult<'_, Owned<'_, PyRange>> {
        let (start, stop) = (PyInt::new(py, start)?, PyInt::new(py, stop)?);
        let step = PyInt::new(py, step)?;
        let range = PyType::of::<PyRange>(py).call([&start, &stop, &step])?;
        // SAFETY: what `range` itself returns is a range.
        Ok(unsafe { range.cast_into_unchecked() })
    }
}

/// Parts may be ints of any size.
impl<'py> Borrowed<'py, PyRange> {
    /// `self.start`. A new reference.
    ///
    /// # Errors
    /// None that CPython has a reason for.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn start(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"start")
    }

    /// `self.stop`. A new reference.
    ///
    /// # Errors
    /// None that CPython has a reason for.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn stop(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"stop")
    }

    /// `self.step`. A new reference.
    ///
    /// # Errors
    /// None that CPython has a reason for.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn step(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"step")
    }
}

impl<'py> Python<'py> {
    /// `...`. Borrowed: the object lives as long as the interpreter.
    #[doc(alias = "Py_Ellipsis")]
    #[inline]
    pub fn ellipsis(self) -> &'py Borrowed<'py, PyEllipsis> {
        self.assert_attached();
        // SAFETY: the address of a static object.
        let result = unsafe { ffi::Py_Ellipsis() };
        // SAFETY: the singleton is never freed while an interpreter runs, and is of kind `PyEllipsis`.
        unsafe { Borrowed::from_ptr(self, result) }
    }

    /// `NotImplemented`, which an operator returns that does not know the other type. Borrowed: the object
    /// lives as long as the interpreter.
    #[doc(alias = "Py_NotImplemented")]
    #[doc(alias = "Py_RETURN_NOTIMPLEMENTED")]
    #[inline]
    pub fn not_implemented(self) -> &'py Borrowed<'py, PyNotImplemented> {
        self.assert_attached();
        // SAFETY: the address of a static object.
        let result = unsafe { ffi::Py_NotImplemented() };
        // SAFETY: the singleton is never freed while an interpreter runs, and is of its kind.
        unsafe { Borrowed::from_ptr(self, result) }
    }
}
