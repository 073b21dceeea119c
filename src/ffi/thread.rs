//! Whether an interpreter runs, and whether this thread is attached to it.

use super::*;

/// Whether this thread is attached to the interpreter now.
///
/// `PyGILState_Check` does not answer this: it returns 1 on every thread once a subinterpreter has existed, and
/// after finalisation.
#[inline]
pub(crate) fn attached_here() -> bool {
    // SAFETY: callable without a thread state; it returns the current one, or NULL.
    let current = unsafe { compat::PyThreadState_GetUnchecked() };
    #[cfg(Py_3_12)]
    {
        // Thread-local since 3.12.
        !current.is_null()
    }
    #[cfg(not(Py_3_12))]
    {
        // Before 3.12 the current thread state is one global variable: this thread is attached only if that
        // state belongs to this thread.
        // SAFETY: callable without a thread state; NULL before initialisation and after finalisation.
        !current.is_null() && current == unsafe { PyGILState_GetThisThreadState() }
    }
}

#[cfg(not(any(Py_3_13, windows)))]
unsafe extern "C" {
    /// Exported by every CPython since 3.7; the public name, `Py_IsFinalizing`, came with 3.13.
    fn _Py_IsFinalizing() -> std::ffi::c_int;
}

/// Whether the interpreter has begun to shut down. Callable from any thread, attached or not.
#[inline]
pub(crate) fn is_finalizing() -> bool {
    #[cfg(Py_3_13)]
    // SAFETY: `Py_IsFinalizing` may be called at any time, without a thread state.
    let finalizing = unsafe { Py_IsFinalizing() } != 0;
    #[cfg(not(any(Py_3_13, windows)))]
    // SAFETY: `_Py_IsFinalizing` reads one word of the static runtime state; it needs no thread state.
    let finalizing = unsafe { _Py_IsFinalizing() } != 0;
    // pyo3-ffi's import table for Windows lacks the private symbol. Callers also check `Py_IsInitialized`,
    // which returns 0 from early in finalisation on.
    #[cfg(all(not(Py_3_13), windows))]
    let finalizing = false;
    finalizing
}

/// Whether an interpreter is initialised and has not been finalised since. Callable from any thread.
#[inline]
pub(crate) fn is_initialized() -> bool {
    // SAFETY: `Py_IsInitialized` may be called at any time, before initialisation included.
    unsafe { Py_IsInitialized() != 0 }
}
