//! The thread's error indicator as CPython has it: testing it, clearing it, taking the exception from it.

use crate::ffi;
use crate::markers::PyBaseException;
use crate::refs::{Owned, PyAny, Python};

/// Whether an exception is set.
#[inline]
pub(super) fn is_set(_py: Python<'_>) -> bool {
    // SAFETY: the token proves the attachment, which is all that `PyErr_Occurred` asks for.
    !unsafe { ffi::PyErr_Occurred() }.is_null()
}

/// Whether the exception that is set, if any, is an instance of the class `kind` or of a subclass.
///
/// # Safety
/// `kind` is a live object.
#[inline]
pub(super) unsafe fn matches(_py: Python<'_>, kind: *mut ffi::PyObject) -> bool {
    // SAFETY: the token proves the attachment. The type is borrowed from the exception, or NULL.
    let set = unsafe { ffi::PyErr_Occurred() };
    // SAFETY: neither pointer is NULL. Comparing classes runs no Python code, so that the exception stays set.
    set == kind || (!set.is_null() && unsafe { ffi::PyErr_GivenExceptionMatches(set, kind) } != 0)
}

/// Clears the indicator.
pub(super) fn clear(_py: Python<'_>) {
    // SAFETY: the token proves the attachment. The exception's destructor may run Python code, as in any drop.
    unsafe { ffi::PyErr_Clear() }
}

/// Takes the exception from the indicator, as an object that holds its traceback.
#[cfg(Py_3_12)]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn take(py: Python<'_>) -> Option<Owned<'_, PyBaseException>> {
    // SAFETY: the token proves the attachment.
    let exception = unsafe { ffi::PyErr_GetRaisedException() };
    // SAFETY: a new reference, or NULL where none was set.
    let exception: Option<Owned<'_, PyAny>> = unsafe { Owned::from_new_ptr_or_opt(py, exception) };
    match exception?.cast_into() {
        Ok(exception) => Some(exception),
        Err(other) => no_exception(other.into_inner()),
    }
}

/// The exception for what C code has set, and is none.
#[cold]
#[cfg_attr(feature = "ledger", track_caller)]
fn no_exception(other: Owned<'_, PyAny>) -> Option<Owned<'_, PyBaseException>> {
    let py = other.py();
    drop(other);
    // SAFETY: reading a variable that is written before any thread is attached.
    let kind = unsafe { ffi::PyExc_SystemError };
    // SAFETY: attached; a class of exceptions and a NUL-terminated string.
    unsafe { ffi::PyErr_SetString(kind, c"what was raised is no exception".as_ptr()) };
    take(py)
}

/// Takes the exception from the indicator, as an object that holds its traceback.
#[cfg(not(Py_3_12))]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn take(py: Python<'_>) -> Option<Owned<'_, PyBaseException>> {
    let mut raw = RawIndicator::fetch(py);
    if raw.kind.is_null() {
        return None;
    }
    // SAFETY: the three variables hold what `PyErr_Fetch` gave. Normalising replaces each of them by a new
    // reference (if it fails, by those of the exception that was raised meanwhile).
    unsafe { ffi::PyErr_NormalizeException(&mut raw.kind, &mut raw.value, &mut raw.traceback) };
    // SAFETY: `PyErr_Fetch` and `PyErr_NormalizeException` give new references, or NULL.
    let _kind: Option<Owned<'_, PyAny>> = unsafe { Owned::from_new_ptr_or_opt(py, raw.kind) };
    // SAFETY: as above; normalised, the value is not NULL.
    let value: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr(py, raw.value) };
    // SAFETY: as above.
    let traceback: Option<Owned<'_, PyAny>> =
        unsafe { Owned::from_new_ptr_or_opt(py, raw.traceback) };
    let value: Owned<'_, PyBaseException> = match value.cast_into() {
        Ok(value) => value,
        Err(other) => return no_exception(other.into_inner()),
    };
    if let Some(traceback) = traceback {
        // SAFETY: `value` is an exception, `traceback` a traceback; both are borrowed for the call,
        // which cannot fail for these types.
        unsafe { ffi::PyException_SetTraceback(value.as_ptr(), traceback.as_ptr()) };
    }
    Some(value)
}

/// Sets `exception`, with its own traceback, in place of any exception that is set.
#[cfg(Py_3_12)]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn restore(exception: Owned<'_, PyBaseException>) {
    // SAFETY: steals the reference to an exception instance.
    unsafe { ffi::PyErr_SetRaisedException(exception.into_ptr()) }
}

/// Sets `exception`, with its own traceback, in place of any exception that is set.
#[cfg(not(Py_3_12))]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn restore(exception: Owned<'_, PyBaseException>) {
    let kind: Owned<'_, PyAny> = exception.type_of().into_any();
    // SAFETY: borrowed call on an exception instance; a new reference or NULL.
    let traceback = unsafe { ffi::PyException_GetTraceback(exception.as_ptr()) };
    // SAFETY: `PyErr_Restore` steals all three references; the traceback may be NULL.
    unsafe { ffi::PyErr_Restore(kind.into_ptr(), exception.into_ptr(), traceback) };
}

/// The address of the exception that is set, for comparison only; NULL if there is none. Does not normalise.
#[inline]
pub(super) fn address(py: Python<'_>) -> *mut ffi::PyObject {
    let saved = RawIndicator::fetch(py);
    let address = saved.value;
    saved.restore(py);
    address
}

/// [`address`], or `None` if no exception is set. (Before 3.12 one may be set without an instance.)
pub(super) fn occupied(py: Python<'_>) -> Option<*mut ffi::PyObject> {
    is_set(py).then(|| address(py))
}

/// The address of the exception that is set, normalised into an instance if it is none yet.
#[inline]
pub(super) fn normalised_address(py: Python<'_>) -> Option<*mut ffi::PyObject> {
    let exception = take(py)?;
    let address = exception.as_ptr();
    restore(exception);
    Some(address)
}

/// Under debug assertions, panics if an exception is set. For methods that are about to call a C function whose
/// failure value may also be a valid result.
#[inline(always)]
#[track_caller]
pub(crate) fn assert_clear(py: Python<'_>) {
    if cfg!(debug_assertions) && is_set(py) {
        panic!(
            "called while an exception is set: a `Raised` is still alive here; drop it, or take it with \
             `into_exception`, before calling into Python"
        );
    }
}

/// The indicator's content as CPython keeps it, fetched without normalising.
pub(super) struct RawIndicator {
    #[cfg(not(Py_3_12))]
    kind: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
    #[cfg(not(Py_3_12))]
    traceback: *mut ffi::PyObject,
}

impl RawIndicator {
    /// Takes the exception that is set, if any, and leaves the indicator clear.
    pub(super) fn fetch(_py: Python<'_>) -> RawIndicator {
        #[cfg(Py_3_12)]
        {
            RawIndicator {
                // SAFETY: the token proves the attachment.
                value: unsafe { ffi::PyErr_GetRaisedException() },
            }
        }
        #[cfg(not(Py_3_12))]
        {
            let mut raw = RawIndicator {
                kind: std::ptr::null_mut(),
                value: std::ptr::null_mut(),
                traceback: std::ptr::null_mut(),
            };
            // SAFETY: the token proves the attachment; the three variables receive new references.
            unsafe { ffi::PyErr_Fetch(&mut raw.kind, &mut raw.value, &mut raw.traceback) };
            raw
        }
    }

    /// Sets what `fetch` took, in place of whatever is set now.
    pub(super) fn restore(self, _py: Python<'_>) {
        #[cfg(Py_3_12)]
        // SAFETY: steals the reference that `fetch` took; NULL clears the indicator.
        unsafe {
            ffi::PyErr_SetRaisedException(self.value)
        };
        #[cfg(not(Py_3_12))]
        // SAFETY: steals the references that `fetch` took; NULLs clear the indicator.
        unsafe {
            ffi::PyErr_Restore(self.kind, self.value, self.traceback)
        };
    }
}
