//! Detaching a thread while it does not use Python.

use crate::ffi;
use crate::refs::Python;

impl Python<'_> {
    /// Detaches this thread (releases the GIL), runs `f`, and attaches the thread again, also if `f` panics.
    ///
    /// No pointer and no token can be used in `f`: they are not `Send`, and `f` must be. Pass a reference into
    /// `f` as a [`Shared`](crate::Shared). `f` may attach again.
    ///
    /// `Send` is only an approximation of "uses nothing that needs an attached thread". A thread-local with
    /// scoped borrows, or a wrapper that is `Send` because it checks the thread at run time, can carry a token
    /// into `f`, which runs on the same thread. Under debug assertions every function that takes a token checks
    /// that the thread is attached, so that such a token panics.
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
        // SAFETY: the thread state comes from `PyEval_SaveThread` on this thread. The thread is detached: each
        // `Attachment` that `f` made has been dropped.
        unsafe { ffi::PyEval_RestoreThread(self.0) }
    }
}
