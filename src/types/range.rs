//! `range`.

use crate::error::PyResult;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyInt, PyRange, PyType};

impl PyRange {
    /// `range(start, stop, step)`, as a new reference.
    ///
    /// # Errors
    /// `ValueError` if `step` is 0, `MemoryError`.
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

/// # Methods of range
impl<'py> Borrowed<'py, PyRange> {
    /// `self.start`. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn start(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"start")
    }

    /// `self.stop`. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn stop(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"stop")
    }

    /// `self.step`. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn step(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"step")
    }
}
