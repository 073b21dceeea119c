//! The thread's error indicator: taking the exception off it, putting one on, saving it.

use std::fmt::Display;
use std::ptr;

use super::{PyBaseException, supersede};
use crate::error::Raised;
use crate::python::Python;
use crate::refs::Owned;
use crate::types::{PyAny, PyString};
use crate::{Borrowed, ffi};

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
    // SAFETY: neither is NULL; the comparison of classes runs no Python code, so that the exception stays.
    set == kind || (!set.is_null() && unsafe { ffi::PyErr_GivenExceptionMatches(set, kind) } != 0)
}

/// Clears the indicator.
pub(super) fn clear(_py: Python<'_>) {
    // SAFETY: the token proves the attachment. Destructors may run Python code, as in any drop.
    unsafe { ffi::PyErr_Clear() }
}

/// Takes the exception off the indicator, as an object with its traceback in it.
#[cfg(Py_3_12)]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn take(py: Python<'_>) -> Option<Owned<'_, PyBaseException>> {
    // SAFETY: the token proves the attachment.
    let exception = unsafe { ffi::PyErr_GetRaisedException() };
    // SAFETY: a new reference to an exception, or NULL where none was set.
    unsafe { Owned::from_new_ptr_or_opt(py, exception) }
}

/// Takes the exception off the indicator, as an object with its traceback in it.
#[cfg(not(Py_3_12))]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn take(py: Python<'_>) -> Option<Owned<'_, PyBaseException>> {
    let mut raw = RawIndicator::fetch(py);
    if raw.kind.is_null() {
        return None;
    }
    // SAFETY: the three variables hold what `PyErr_Fetch` gave; normalising replaces each by a new
    // reference (after a failure by those of the exception that came instead).
    unsafe { ffi::PyErr_NormalizeException(&mut raw.kind, &mut raw.value, &mut raw.traceback) };
    // SAFETY: `PyErr_Fetch` and `PyErr_NormalizeException` give new references, or NULL.
    let _kind: Option<Owned<'_, PyAny>> = unsafe { Owned::from_new_ptr_or_opt(py, raw.kind) };
    // SAFETY: as above; normalised, the value is an exception instance and not NULL.
    let value: Owned<'_, PyBaseException> = unsafe { Owned::from_new_ptr(py, raw.value) };
    // SAFETY: as above.
    let traceback: Option<Owned<'_, PyAny>> =
        unsafe { Owned::from_new_ptr_or_opt(py, raw.traceback) };
    if let Some(traceback) = traceback {
        // SAFETY: `value` is an exception, `traceback` a traceback; both are borrowed for the call,
        // which cannot fail for these types.
        unsafe { ffi::PyException_SetTraceback(value.as_ptr(), traceback.as_ptr()) };
    }
    Some(value)
}

/// Sets `exception` as the one that is raised, with its own traceback; the reference is given away.
///
/// What was set before is released, and no token of it clears this one.
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn put<'py>(py: Python<'py>, exception: Owned<'py, PyBaseException>) -> Raised<'py> {
    let replaced = occupied(py);
    restore(exception);
    supersede::raised(py, replaced);
    Raised::set(py)
}

/// Sets `exception`, with its own traceback, whatever was set before.
#[cfg(Py_3_12)]
#[cfg_attr(feature = "ledger", track_caller)]
fn restore(exception: Owned<'_, PyBaseException>) {
    // SAFETY: steals the reference to an exception instance.
    unsafe { ffi::PyErr_SetRaisedException(exception.into_ptr()) }
}

/// Sets `exception`, with its own traceback, whatever was set before.
#[cfg(not(Py_3_12))]
#[cfg_attr(feature = "ledger", track_caller)]
fn restore(exception: Owned<'_, PyBaseException>) {
    let kind: Owned<'_, PyAny> = exception.type_of().into_any();
    // SAFETY: borrowed call on an exception instance; a new reference or NULL.
    let traceback = unsafe { ffi::PyException_GetTraceback(exception.as_ptr()) };
    // SAFETY: `PyErr_Restore` steals all three references; the traceback may be NULL.
    unsafe { ffi::PyErr_Restore(kind.into_ptr(), exception.into_ptr(), traceback) };
}

/// Raises `kind(value)` (or `value` itself, if it is an instance of `kind`).
#[cold]
pub(super) fn raise_object<'py>(
    py: Python<'py>,
    kind: *mut ffi::PyTypeObject,
    value: Option<&Borrowed<'py, PyAny>>,
) -> Raised<'py> {
    let replaced = occupied(py);
    let value = value.map_or(ptr::null_mut(), Borrowed::as_ptr);
    // SAFETY: `kind` is an exception type, from the `Exception` trait or checked by the caller; both
    // arguments are borrowed, and the value may be NULL.
    unsafe { ffi::PyErr_SetObject(kind.cast(), value) };
    supersede::raised(py, replaced);
    Raised::set(py)
}

/// Raises `kind(message)`, for a message that has to be written first. Not generic, as `raise_text`.
#[cold]
#[inline(never)]
pub(crate) fn raise_message<'py>(
    py: Python<'py>,
    kind: *mut ffi::PyTypeObject,
    message: &dyn Display,
) -> Raised<'py> {
    raise_text(py, kind, &format!("{message}"))
}

/// Raises `kind(text)`. Not generic, so that a raise is one call in the caller's code.
#[cold]
#[inline(never)]
pub(crate) fn raise_text<'py>(
    py: Python<'py>,
    kind: *mut ffi::PyTypeObject,
    text: &str,
) -> Raised<'py> {
    let replaced = occupied(py);
    // Without memory for the text the `MemoryError` is what is raised.
    let value = PyString::copied(py, text);
    if let Some(value) = &value {
        // SAFETY: `kind` is an exception type, from the `Exception` trait; both arguments are borrowed.
        unsafe { ffi::PyErr_SetObject(kind.cast(), value.as_ptr()) };
    }
    supersede::raised(py, replaced);
    Raised::set(py)
}

/// Identifies the exception that is set, without touching it; NULL if there is none.
#[inline]
pub(super) fn address(py: Python<'_>) -> *mut ffi::PyObject {
    let saved = RawIndicator::fetch(py);
    let address = saved.value;
    saved.restore(py);
    address
}

/// [`address`], or `None` if no exception is set. (Before 3.12 one may be set without an instance.)
fn occupied(py: Python<'_>) -> Option<*mut ffi::PyObject> {
    is_set(py).then(|| address(py))
}

/// The address of the exception that is set, made into an instance where it is none yet.
#[inline]
pub(super) fn normalised_address(py: Python<'_>) -> Option<*mut ffi::PyObject> {
    let exception = take(py)?;
    let address = exception.as_ptr();
    restore(exception);
    Some(address)
}

/// Under debug assertions, panics when an exception is set: a C function whose failure value is
/// ambiguous is about to be called.
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
struct RawIndicator {
    #[cfg(not(Py_3_12))]
    kind: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
    #[cfg(not(Py_3_12))]
    traceback: *mut ffi::PyObject,
}

impl RawIndicator {
    /// Takes what is set, leaving the indicator clear.
    fn fetch(_py: Python<'_>) -> RawIndicator {
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
                kind: ptr::null_mut(),
                value: ptr::null_mut(),
                traceback: ptr::null_mut(),
            };
            // SAFETY: the token proves the attachment; the three variables receive new references.
            unsafe { ffi::PyErr_Fetch(&mut raw.kind, &mut raw.value, &mut raw.traceback) };
            raw
        }
    }

    /// Puts it back, in place of whatever is set now.
    fn restore(self, _py: Python<'_>) {
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

/// Puts the exception that is set aside, and sets it again when dropped; what was set meanwhile is
/// cleared. So code in between starts with a clear indicator and cannot change the outer one.
pub(crate) struct SavedIndicator<'py> {
    saved: Option<RawIndicator>,
    notes: Option<Box<supersede::Notes>>,
    py: Python<'py>,
}

impl<'py> SavedIndicator<'py> {
    #[inline]
    pub(crate) fn save(py: Python<'py>) -> SavedIndicator<'py> {
        let saved = is_set(py).then(|| RawIndicator::fetch(py));
        let notes = supersede::set_aside();
        SavedIndicator { saved, notes, py }
    }
}

impl Drop for SavedIndicator<'_> {
    #[inline]
    fn drop(&mut self) {
        match self.saved.take() {
            Some(saved) => saved.restore(self.py),
            None if is_set(self.py) => clear(self.py),
            None => {}
        }
        supersede::bring_back(self.notes.take());
    }
}

/// A C function's status: negative means that an exception is set.
#[inline(always)]
pub(crate) fn check_status(py: Python<'_>, status: std::ffi::c_int) -> crate::PyResult<'_, ()> {
    if status < 0 {
        Err(Raised::set(py))
    } else {
        Ok(())
    }
}

/// A C function's truth value: negative means that an exception is set.
#[inline(always)]
pub(crate) fn check_truth(py: Python<'_>, truth: std::ffi::c_int) -> crate::PyResult<'_, bool> {
    if truth < 0 {
        Err(Raised::set(py))
    } else {
        Ok(truth != 0)
    }
}

/// A C function's size or index: negative means that an exception is set.
#[inline(always)]
pub(crate) fn check_count(py: Python<'_>, count: ffi::Py_ssize_t) -> crate::PyResult<'_, usize> {
    usize::try_from(count).map_err(|_| Raised::set(py))
}
