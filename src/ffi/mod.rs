//! The C API: everything that `pyo3_ffi` declares, re-exported.
//!
//! The rest of the crate calls CPython only through this module. The module also declares, for the crate alone,
//! functions that `pyo3_ffi` lacks, with the versions of CPython that export them; those for types that few
//! extensions handle are in ffi/types.rs. Functions newer than 3.10 are called through `ffi::compat`, which
//! calls the function where the version has it and implements it elsewhere.

// `libpython!` and `libpython_private!`, in which all that is declared here has to be: see build.rs.
include!(concat!(env!("OUT_DIR"), "/libpython.rs"));

#[cfg(feature = "ledger")]
mod noted;
mod thread;
mod types;

// These take the place of `pyo3_ffi`'s functions of the same names.
#[cfg(all(feature = "ledger", Py_3_12))]
pub use noted::PyErr_GetRaisedException;
#[cfg(feature = "ledger")]
pub(crate) use noted::{Notes, tell};
#[cfg(feature = "ledger")]
pub use noted::{
    Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_XDECREF, Py_XINCREF, Py_XNewRef,
    PyBuffer_Release, PyErr_Fetch, PyList_SET_ITEM, PyObject_GetBuffer, PyTuple_SET_ITEM,
};
pub use pyo3_ffi::*;
pub(crate) use thread::{
    attached_here, belongs_to_other_interpreter, in_other_interpreter, is_finalizing,
    is_initialized,
};
pub(crate) use types::*;

// For the ledger, and for dict watchers (src/types/dict/watched.rs).
#[cfg(Py_GIL_DISABLED)]
libpython_private! {
    /// Stops all other threads of the interpreter; returns once none of them runs Python code.
    pub(crate) fn _PyEval_StopTheWorld(interpreter: *mut PyInterpreterState);
    /// Lets the threads run again that `_PyEval_StopTheWorld` has stopped.
    pub(crate) fn _PyEval_StartTheWorld(interpreter: *mut PyInterpreterState);
}

#[cfg(all(feature = "ledger", Py_3_12))]
libpython! {
    /// Public since 3.12. Calls the callback with each object that the collector knows, until it returns 0; with
    /// collections switched off, and on free-threaded builds with the other threads stopped.
    pub(crate) fn PyUnstable_GC_VisitObjects(
        callback: unsafe extern "C" fn(
            object: *mut PyObject,
            arg: *mut std::ffi::c_void,
        ) -> std::ffi::c_int,
        arg: *mut std::ffi::c_void,
    );
}

#[cfg(Py_GIL_DISABLED)]
libpython! {
    /// Public since 3.12. It locks the exception; reading the struct's field would be a data race.
    pub(crate) fn PyException_GetArgs(exception: *mut PyObject) -> *mut PyObject;
}

/// The exception's `args`, a new reference to a tuple, or NULL.
///
/// # Safety
/// `exception` is a live exception instance and the calling thread is attached.
#[cfg(not(Py_GIL_DISABLED))]
#[allow(non_snake_case)]
#[inline]
pub(crate) unsafe fn PyException_GetArgs(exception: *mut PyObject) -> *mut PyObject {
    // SAFETY: an exception instance begins with this struct; its field `args` holds a tuple or NULL.
    let args = unsafe { (*exception.cast::<PyBaseExceptionObject>()).args };
    // SAFETY: `args` is a live object or NULL: no code that could free it has run since it was read.
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

libpython_private! {
    /// Exported by every CPython.
    fn _PyDict_NewPresized(capacity: Py_ssize_t) -> *mut PyObject;
}

/// A new dict with room for `capacity` items: a new reference, or NULL with an exception set.
///
/// # Safety
/// The thread is attached, and the capacity not negative.
#[inline]
pub(crate) unsafe fn dict_new_presized(capacity: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { _PyDict_NewPresized(capacity) }
}

#[cfg(Py_3_13)]
libpython! {
    /// Public since 3.12. `pyo3_ffi` declares the other functions for dict watchers, but not this one.
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

#[cfg(Py_3_13)]
libpython_private! {
    /// Exported since 3.13. Steals the references to `key` and `value`, on failure as well.
    pub(crate) fn _PyDict_SetItem_Take2(
        dict: *mut PyObject,
        key: *mut PyObject,
        value: *mut PyObject,
    ) -> std::ffi::c_int;
}

libpython_private! {
    /// Exported by every CPython; `Py_DECREF` calls it. pyo3-ffi's declaration of it is private.
    #[cfg(not(Py_GIL_DISABLED))]
    fn _Py_Dealloc(object: *mut PyObject);

    /// Exported by free-threaded builds; `Py_DECREF` calls it when the owning thread's count reaches zero.
    #[cfg(Py_GIL_DISABLED)]
    fn _Py_MergeZeroLocalRefcount(object: *mut PyObject);

    /// Exported by free-threaded builds; `Py_DECREF` calls it on threads that do not own the object.
    #[cfg(Py_GIL_DISABLED)]
    fn _Py_DecRefShared(object: *mut PyObject);
}

/// Destroys an object whose count has become zero.
///
/// # Safety
/// The count of `object` was set to zero by the caller, which owned the last reference.
#[cfg(not(Py_GIL_DISABLED))]
#[allow(dead_code)] // Unused on builds where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn dealloc(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { _Py_Dealloc(object) }
}

/// Ends this thread's ownership of an object whose local count has become zero. If no other thread has a
/// reference, the object is destroyed; otherwise only the shared count is used from now on.
///
/// # Safety
/// The calling thread is attached and owns the object, whose local count it set to zero when it released
/// the last of its references.
#[cfg(Py_GIL_DISABLED)]
#[allow(dead_code)] // Unused on builds where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn merge_zero_local(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { _Py_MergeZeroLocalRefcount(object) }
}

/// Releases a reference to an object that another thread owns.
///
/// # Safety
/// The caller owns a reference, which is released here; the calling thread is attached and does not own
/// the object, which is not immortal.
#[cfg(Py_GIL_DISABLED)]
#[allow(dead_code)] // Unused on builds where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn decref_shared(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { _Py_DecRefShared(object) }
}

#[cfg(Py_3_13)]
libpython! {
    /// Public since 3.13. The result is only compared with NULL, which means that no tracer is set.
    fn PyRefTracer_GetTracer(data: *mut *mut std::ffi::c_void) -> *mut std::ffi::c_void;
}

/// Whether a reference tracer is set (`PyRefTracer_SetTracer`), which has to be told of every object that is
/// created or destroyed.
#[inline(always)]
pub(crate) fn references_are_traced() -> bool {
    #[cfg(not(Py_3_13))]
    return false;
    #[cfg(Py_3_13)]
    // SAFETY: the thread is attached, as every caller is about to create an object; NULL for the tracer's data,
    // which is not wanted.
    return !unsafe { PyRefTracer_GetTracer(std::ptr::null_mut()) }.is_null();
}
