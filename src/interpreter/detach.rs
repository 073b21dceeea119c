//! Detaching a thread while it does not touch Python.

use crate::ffi;
use crate::refs::Python;

impl Python<'_> {
    /// Detaches this thread (releases the GIL), runs `f`, and attaches it again; also when `f` panics.
    ///
    /// No pointer and no token can be used in `f`: they are not `Send`, which `f` must be. References
    /// that have to cross go as [`Shared`](crate::Shared). `f` may attach again.
    ///
    /// `Send` is an approximation of "touches nothing attached". It is beaten by a thread-local with
    /// scoped borrows, and by wrappers that make anything `Send` on the promise of a run-time thread
    /// check: the thread is the same. Under debug assertions every function that takes a token checks
    /// that the thread is attached, so that such a smuggled token panics.
    ///
    /// ```
    /// # use pyptr::{Python, Shared, types::PyInt};
    /// # Python::initialize();
    /// Python::attach(|py| {
    ///     let number: Shared<PyInt> = PyInt::new(py, 3).unwrap().into_shared();
    ///     let cubed = py.detach(|| Python::attach(|py| number.bind(py).to_i64().unwrap()).pow(3));
    ///     assert_eq!(cubed, 27);
    /// });
    /// ```
    #[doc(alias = "PyEval_SaveThread")]
    #[doc(alias = "PyEval_RestoreThread")]
    #[doc(alias = "Py_BEGIN_ALLOW_THREADS")]
    #[inline]
    pub fn detach<F, R>(self, f: F) -> R
    where
        F: FnOnce() -> R + Send,
        R: Send,
    {
        self.assert_attached();
        let _detached = Detached::new(self);
        f()
    }
}

struct Detached(*mut ffi::PyThreadState);

impl Detached {
    #[inline]
    fn new(_py: Python<'_>) -> Detached {
        // SAFETY: the token proves that the thread is attached.
        Detached(unsafe { ffi::PyEval_SaveThread() })
    }
}

impl Drop for Detached {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the thread state comes from `PyEval_SaveThread` on this thread, which is detached:
        // everything that `f` attached was detached again by `Attachment`'s scope.
        unsafe { ffi::PyEval_RestoreThread(self.0) }
    }
}
