//! The interpreter's services: signals, the recursion limit, the garbage collector.

use std::ffi::CStr;

use crate::error::{PyResult, Raised, assert_clear, check_status};
use crate::ffi;
use crate::refs::Python;

impl<'py> Python<'py> {
    /// Runs the Python handlers of signals that have arrived, if this is the main thread. Call it in long
    /// loops, so that Ctrl-C ends them.
    ///
    /// # Errors
    /// What a handler raises, such as `KeyboardInterrupt`.
    #[doc(alias = "PyErr_CheckSignals")]
    #[inline]
    pub fn check_signals(self) -> PyResult<'py, ()> {
        self.assert_attached();
        assert_clear(self);
        // SAFETY: attached.
        let status = unsafe { ffi::PyErr_CheckSignals() };
        check_status(self, status)
    }

    /// Runs `f` with the recursion depth increased by one. Use it around code that calls itself, such as a walk
    /// through nested lists: too deep a recursion then raises an error and does not overflow the stack. The
    /// depth is decreased again also if `f` panics.
    ///
    /// # Errors
    /// `RecursionError` (`maximum recursion depth exceeded` and then `place`), in which case `f` was not
    /// called; what `f` returns.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, error::PyRecursionError};
    /// fn endless(py: Python<'_>) -> PyResult<'_, ()> {
    ///     py.recurse(c" in an endless loop", || endless(py))
    /// }
    /// # Python::initialize();
    /// # Python::attach(|py| assert!(endless(py).unwrap_err().is::<PyRecursionError>()));
    /// ```
    #[doc(alias = "Py_EnterRecursiveCall")]
    #[doc(alias = "Py_LeaveRecursiveCall")]
    #[inline]
    pub fn recurse<R>(
        self,
        place: &CStr,
        f: impl FnOnce() -> PyResult<'py, R>,
    ) -> PyResult<'py, R> {
        self.assert_attached();
        assert_clear(self);
        // SAFETY: attached; a NUL-terminated string.
        let status = unsafe { ffi::Py_EnterRecursiveCall(place.as_ptr()) };
        // The documentation promises only a value that is not zero: some versions return 1, others -1.
        if status != 0 {
            return Err(Raised::set(self));
        }
        let _deeper = Deeper;
        f()
    }

    /// Runs the cyclic garbage collector, if it is enabled. Returns how many unreachable objects it found, whether it
    /// could free them or not. Exceptions in destructors are reported as unraisable, not returned.
    ///
    /// While the collector is disabled (`gc.disable()`), or a collection runs already, nothing happens, and the result is
    /// 0. The function `gc.collect` of Python works also while it is disabled.
    #[doc(alias = "PyGC_Collect")]
    #[inline]
    pub fn collect_garbage(self) -> usize {
        self.assert_attached();
        assert_clear(self);
        // SAFETY: attached.
        let found = unsafe { ffi::PyGC_Collect() };
        usize::try_from(found).unwrap_or(0)
    }
}

/// One level of recursion, which ends when this is dropped.
struct Deeper;

impl Drop for Deeper {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: this is made after the call that it undoes, and dropped on the same thread. The thread is
        // attached: if `f` detached it, it has attached it again.
        unsafe { ffi::Py_LeaveRecursiveCall() }
    }
}
