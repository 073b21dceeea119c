//! The one door to C: `pyo3_ffi`, its backports, and the few private declarations that neither has.
//!
//! Everything else in the crate reaches CPython through `crate::ffi`, so that this file lists what
//! is used beyond the public API and for which versions; ffi/types.rs goes on with that, for types that not
//! every extension handles. Functions newer than 3.10 are called through `ffi::compat`, which is the function
//! itself where the version has it.

mod thread;
mod types;

pub use pyo3_ffi::*;
pub(crate) use thread::{attached_here, is_finalizing, is_initialized};
pub(crate) use types::*;

// For the ledger on any version, and for watchers of dicts, see src/types/dict/watched.rs, on those that are known.
#[cfg(all(Py_GIL_DISABLED, any(feature = "ledger", not(Py_3_15)), not(windows)))]
unsafe extern "C" {
    /// Returns once no other thread of the interpreter runs Python code or is about to.
    pub(crate) fn _PyEval_StopTheWorld(interpreter: *mut PyInterpreterState);
    /// Lets them go on.
    pub(crate) fn _PyEval_StartTheWorld(interpreter: *mut PyInterpreterState);
}

#[cfg(all(Py_GIL_DISABLED, not(windows)))]
unsafe extern "C" {
    /// Public since 3.12; it locks the exception, where reading the struct's field would race.
    pub(crate) fn PyException_GetArgs(exception: *mut PyObject) -> *mut PyObject;
}

/// The exception's `args`, a new reference to a tuple, or NULL.
///
/// # Safety
/// `exception` is a live exception instance and the calling thread is attached.
#[cfg(not(all(Py_GIL_DISABLED, not(windows))))]
#[allow(non_snake_case)]
#[inline]
pub(crate) unsafe fn PyException_GetArgs(exception: *mut PyObject) -> *mut PyObject {
    // SAFETY: an exception instance begins with this struct; the field holds a tuple or NULL.
    let args = unsafe { (*exception.cast::<PyBaseExceptionObject>()).args };
    // SAFETY: a live object or NULL, and nothing ran since it was read.
    unsafe { Py_XNewRef(args) }
}

/// `type(None)`, for which the public API has no name.
#[inline]
pub(crate) fn none_type() -> *mut PyTypeObject {
    // SAFETY: the address of a static object.
    let none = unsafe { Py_None() };
    // SAFETY: `None` is a live object, and its type never changes.
    unsafe { Py_TYPE(none) }
}

#[cfg(not(windows))]
unsafe extern "C" {
    /// Exported by every CPython.
    fn _PyDict_NewPresized(capacity: Py_ssize_t) -> *mut PyObject;
}

/// A dict with room for so many items, where CPython offers that: a new reference, or NULL with an exception
/// set.
///
/// # Safety
/// The thread is attached, and the capacity not negative.
#[inline]
pub(crate) unsafe fn dict_new_presized(capacity: Py_ssize_t) -> *mut PyObject {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    unsafe {
        _PyDict_NewPresized(capacity)
    }
    #[cfg(windows)]
    {
        let _ = capacity;
        // SAFETY: the caller's promise.
        unsafe { PyDict_New() }
    }
}

#[cfg(all(Py_3_13, not(Py_3_15), not(windows)))]
unsafe extern "C" {
    /// Public since 3.12; `pyo3_ffi` has the others of its kind.
    pub(crate) fn PyDict_AddWatcher(
        callback: Option<
            unsafe extern "C" fn(
                event: std::ffi::c_uint,
                dict: *mut PyObject,
                key: *mut PyObject,
                new_value: *mut PyObject,
            ) -> std::ffi::c_int,
        >,
    ) -> std::ffi::c_int;
}

#[cfg(all(Py_3_13, not(windows)))]
unsafe extern "C" {
    /// Exported since 3.13. Takes both references over, on failure as well.
    pub(crate) fn _PyDict_SetItem_Take2(
        dict: *mut PyObject,
        key: *mut PyObject,
        value: *mut PyObject,
    ) -> std::ffi::c_int;
}

#[cfg(not(windows))]
unsafe extern "C" {
    /// Exported by every CPython, for `Py_DECREF`. pyo3-ffi keeps its declaration to itself.
    #[cfg(not(Py_GIL_DISABLED))]
    fn _Py_Dealloc(object: *mut PyObject);

    /// Exported by free-threaded builds, for `Py_DECREF` by the owner when its count reaches zero.
    #[cfg(Py_GIL_DISABLED)]
    fn _Py_MergeZeroLocalRefcount(object: *mut PyObject);

    /// Exported by free-threaded builds, for `Py_DECREF` by other threads than the owner.
    #[cfg(Py_GIL_DISABLED)]
    fn _Py_DecRefShared(object: *mut PyObject);
}

/// Destroys an object whose count has become zero.
///
/// # Safety
/// The count of `object` was set to zero by the caller, which owned the last reference.
#[cfg(not(Py_GIL_DISABLED))]
#[allow(dead_code)] // Not where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn dealloc(object: *mut PyObject) {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    unsafe {
        _Py_Dealloc(object)
    }
    #[cfg(windows)]
    {
        // The private symbol is not in pyo3-ffi's import table for Windows: let its own code get there.
        // SAFETY: the count is zero, and the object is alive until it is destroyed.
        unsafe { Py_INCREF(object) };
        // SAFETY: the reference taken just now, the only one.
        unsafe { Py_DECREF(object) };
    }
}

/// Gives up an object whose local count has become zero: it is destroyed, or, if other threads have
/// references, it is theirs from now on.
///
/// # Safety
/// The calling thread is attached and owns the object, whose local count it set to zero when it released
/// the last of its references.
#[cfg(Py_GIL_DISABLED)]
#[allow(dead_code)] // Not where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn merge_zero_local(object: *mut PyObject) {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    unsafe {
        _Py_MergeZeroLocalRefcount(object)
    }
    #[cfg(windows)]
    {
        // The private symbol is not in pyo3-ffi's import table for Windows: let its own code get there.
        // SAFETY: this thread owns the object, which is alive until its counts are merged.
        unsafe { Py_INCREF(object) };
        // SAFETY: the reference taken just now, the only local one.
        unsafe { Py_DECREF(object) };
    }
}

/// Releases a reference to an object of another thread.
///
/// # Safety
/// The caller owns a reference, which is released here; the calling thread is attached and does not own
/// the object, which is not immortal.
#[cfg(Py_GIL_DISABLED)]
#[allow(dead_code)] // Not where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn decref_shared(object: *mut PyObject) {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    unsafe {
        _Py_DecRefShared(object)
    }
    // The private symbol is not in pyo3-ffi's import table for Windows.
    #[cfg(windows)]
    // SAFETY: the caller's promise.
    unsafe {
        Py_DECREF(object)
    }
}

#[cfg(all(Py_3_13, not(windows)))]
unsafe extern "C" {
    /// Public since 3.13. The tracer itself is of no interest here: NULL is none.
    fn PyRefTracer_GetTracer(data: *mut *mut std::ffi::c_void) -> *mut std::ffi::c_void;
}

/// Whether someone may want to hear of every object that is made or destroyed.
#[inline(always)]
pub(crate) fn references_are_traced() -> bool {
    #[cfg(not(Py_3_13))]
    return false;
    #[cfg(all(Py_3_13, not(windows)))]
    // SAFETY: attached, as all that makes objects is; NULL for data that is not wanted.
    return !unsafe { PyRefTracer_GetTracer(std::ptr::null_mut()) }.is_null();
    // The function is not in pyo3-ffi's import table for Windows.
    #[cfg(all(Py_3_13, windows))]
    return true;
}
