//! The interpreter's services: signals, the recursion limit, the collector.

use std::ffi::CStr;

use crate::error::{PyResult, Raised, assert_clear, check_status};
use crate::ffi;
use crate::refs::Python;

impl<'py> Python<'py> {
    /// Runs the handlers of signals that have come in, if this is the main thread: for long loops, so that
    /// Ctrl-C ends them.
    ///
    /// # Errors
    /// What a handler raises, `KeyboardInterrupt` for one.
    #[doc(alias = "PyErr_CheckSignals")]
    #[inline]
    pub fn check_signals(self) -> PyResult<'py, ()> {
        self.assert_attached();
        assert_clear(self);
        // SAFETY: attached.
        let status = unsafe { ffi::PyErr_CheckSignals() };
        check_status(self, status)
    }

    /// Runs `f` one level deeper in the count of calls that the recursion limit is for: wrap what calls
    /// itself, such as a walk through nested lists, so that it ends with an error and not with the stack.
    /// Also left when `f` panics.
    ///
    /// # Errors
    /// `RecursionError` (`maximum recursion depth exceeded` and `place`), without having called `f`, or what
    /// `f` returns.
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
        // Not zero is what the documentation says: some versions return 1, others -1.
        if status != 0 {
            return Err(Raised::set(self));
        }
        let _deeper = Deeper;
        f()
    }

    /// Runs the collector of cyclic garbage, and returns how many objects it could free or not. What
    /// destructors raise is reported, not returned.
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

/// One level of recursion, until this is dropped.
struct Deeper;

impl Drop for Deeper {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: made after the call that this undoes, on the same thread, which is attached: the closure
        // in between gives a detached one back attached.
        unsafe { ffi::Py_LeaveRecursiveCall() }
    }
}
