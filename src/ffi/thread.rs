//! Whether an interpreter runs, and whether this thread is attached to it.

use super::*;

/// Whether this thread is attached to the main interpreter now, the only one that the crate serves.
///
/// `PyGILState_Check` does not answer this: it returns 1 on every thread once a subinterpreter has existed, and
/// after finalisation.
#[inline]
pub(crate) fn attached_here() -> bool {
    // SAFETY: callable without a thread state; it returns the current one, or NULL.
    let current = unsafe { compat::PyThreadState_GetUnchecked() };
    // Thread-local since 3.12.
    if current.is_null() {
        return false;
    }
    // Before 3.12 the current thread state is one global variable: this thread is attached only if that state
    // belongs to this thread.
    #[cfg(not(Py_3_12))]
    // SAFETY: callable without a thread state; NULL before initialisation and after finalisation.
    if current != unsafe { PyGILState_GetThisThreadState() } {
        return false;
    }
    // SAFETY: the current thread state of this thread, which lives as long as it is current.
    unsafe { is_of_main(current) }
}

/// Whether this thread was last attached to another interpreter than the main one: `PyGILState_Ensure` would
/// attach it there again. `false` on a thread that has no thread state.
///
/// To be called on threads that are not attached to the main interpreter.
pub(crate) fn belongs_to_other_interpreter() -> bool {
    // SAFETY: callable without a thread state, while an interpreter is initialised.
    let own = unsafe { PyGILState_GetThisThreadState() };
    // SAFETY: `PyGILState_Ensure` uses this thread state as well. It is this thread's own, which alone deletes it.
    !own.is_null() && !unsafe { is_of_main(own) }
}

/// Whether the current thread state belongs to another interpreter than the main one.
///
/// To be called where the thread is attached to some interpreter, as in what the import and pending calls call.
pub(crate) fn in_other_interpreter() -> bool {
    // SAFETY: callable without a thread state; it returns the current one, or NULL.
    let current = unsafe { compat::PyThreadState_GetUnchecked() };
    // SAFETY: a live thread state, which is the current one.
    !current.is_null() && !unsafe { is_of_main(current) }
}

/// # Safety
/// `state` is a live thread state.
#[inline]
unsafe fn is_of_main(state: *mut PyThreadState) -> bool {
    // SAFETY: the caller's promise. Thread states do not change their interpreter.
    let interpreter = unsafe { PyThreadState_GetInterpreter(state) };
    // Not cached: an embedding program may end this interpreter and start another at another address.
    // SAFETY: callable at any time.
    interpreter == unsafe { PyInterpreterState_Main() }
}

#[cfg(not(Py_3_13))]
libpython_private! {
    /// Exported by every CPython since 3.7; the public name, `Py_IsFinalizing`, came with 3.13.
    fn _Py_IsFinalizing() -> std::ffi::c_int;
}

/// Whether the interpreter has begun to shut down. Callable from any thread, attached or not.
#[inline]
pub(crate) fn is_finalizing() -> bool {
    #[cfg(Py_3_13)]
    // SAFETY: `Py_IsFinalizing` may be called at any time, without a thread state.
    let finalizing = unsafe { Py_IsFinalizing() } != 0;
    #[cfg(not(Py_3_13))]
    // SAFETY: `_Py_IsFinalizing` reads one word of the static runtime state; it needs no thread state.
    let finalizing = unsafe { _Py_IsFinalizing() } != 0;
    finalizing
}

/// Whether an interpreter is initialised and has not been finalised since. Callable from any thread.
#[inline]
pub(crate) fn is_initialized() -> bool {
    // SAFETY: `Py_IsInitialized` may be called at any time, before initialisation included.
    unsafe { Py_IsInitialized() != 0 }
}
