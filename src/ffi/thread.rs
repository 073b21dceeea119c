//! Whether an interpreter runs, and whether this thread is attached to it.

use super::*;

/// Whether this thread is attached to the interpreter now.
///
/// Never `PyGILState_Check`: it answers 1 on every thread once a subinterpreter existed and after
/// finalisation.
#[inline]
pub(crate) fn attached_here() -> bool {
    // SAFETY: callable without a thread state; it reads the current one, or NULL.
    let current = unsafe { compat::PyThreadState_GetUnchecked() };
    #[cfg(Py_3_12)]
    {
        // Thread-local since 3.12.
        !current.is_null()
    }
    #[cfg(not(Py_3_12))]
    {
        // Before 3.12 the current thread state is one global variable: it is ours only if it is the
        // one that belongs to this thread.
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
    // The private symbol is not in pyo3-ffi's import table for Windows; `Py_IsInitialized` turns 0
    // early in finalisation, which is what callers check next to this.
    #[cfg(all(not(Py_3_13), windows))]
    let finalizing = false;
    finalizing
}

/// Whether an interpreter is up: initialised, and not finalised since. Callable from any thread.
#[inline]
pub(crate) fn is_initialized() -> bool {
    // SAFETY: `Py_IsInitialized` may be called at any time, before initialisation included.
    unsafe { Py_IsInitialized() != 0 }
}
