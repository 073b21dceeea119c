//! The objects that the garbage collector knows.

#[cfg(Py_3_12)]
use std::ffi::{c_int, c_void};
#[cfg(Py_3_12)]
use std::ptr;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Owned, Python};
use crate::types::PyInt;
#[cfg(not(Py_3_12))]
use crate::types::PyList;

/// Calls `f` with each object that the collector knows, possibly without those that are frozen. `f` runs no
/// Python code and makes no objects. On free-threaded builds the other threads are stopped meanwhile. Returns whether
/// that was possible.
#[cfg(Py_3_12)]
pub(super) fn for_each<F: FnMut(*mut ffi::PyObject)>(py: Python<'_>, mut f: F) -> bool {
    unsafe extern "C" fn visit<F: FnMut(*mut ffi::PyObject)>(
        object: *mut ffi::PyObject,
        f: *mut c_void,
    ) -> c_int {
        // SAFETY: what is passed below, and is not used meanwhile.
        let f = unsafe { &mut *f.cast::<F>() };
        f(object);
        1
    }
    py.assert_attached();
    // SAFETY: attached; `visit` gets what it expects, and does what it may.
    unsafe { ffi::PyUnstable_GC_VisitObjects(visit::<F>, ptr::from_mut(&mut f).cast()) };
    true
}

/// Calls `f` with each object that the collector knows, without those that are frozen. `f` runs no Python
/// code and makes no objects. Returns whether there was memory for that.
#[cfg(not(Py_3_12))]
pub(super) fn for_each<F: FnMut(*mut ffi::PyObject)>(py: Python<'_>, mut f: F) -> bool {
    let Ok(all) = call(py, c"get_objects") else {
        return false;
    };
    let Ok(all) = all.cast_into::<PyList>() else {
        return false;
    };
    for index in 0..all.len() {
        // SAFETY: the index is within the list, to which no other code has a reference, and which keeps its items
        // alive.
        let object = unsafe { ffi::PyList_GET_ITEM(all.as_ptr(), index as ffi::Py_ssize_t) };
        if object != all.as_ptr() {
            f(object);
        }
    }
    true
}

/// Whether some objects are frozen (`gc.freeze`): only 3.14 with a GIL shows them to [`for_each`].
pub(super) fn are_frozen(py: Python<'_>) -> bool {
    let count = || {
        let count = call(py, c"get_freeze_count")?;
        count.cast::<PyInt>()?.to_i64()
    };
    let count: PyResult<'_, i64> = count();
    count.map_or(true, |count| count != 0)
}

/// Calls a function of the module `gc`.
fn call<'py>(
    py: Python<'py>,
    name: &std::ffi::CStr,
) -> PyResult<'py, Owned<'py, crate::types::PyAny>> {
    py.import(c"gc")?.getattr(name)?.call0()
}
