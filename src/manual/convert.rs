//! To and from the safe pointers, and from one kind to another.

use std::ptr;

use super::Ptr;
use super::ptr::assert_attached;
use crate::error::{PyResult, Raised};
use crate::ledger::manual;
use crate::refs::{Borrowed, Object, Owned, Python, Returned, Subtype, TypeCheck};
use crate::types::PyAny;

impl<T: Object> Ptr<T> {
    /// Gives up the `Owned`: its reference is now the manual pointer's. No count changes.
    ///
    /// The reference leaks unless somebody releases it, with [`decref`](Ptr::decref) or by way of
    /// [`into_owned`](Ptr::into_owned).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[must_use = "the reference leaks unless somebody releases it"]
    pub fn from_owned(owned: Owned<'_, T>) -> Ptr<T> {
        let (ptr, token) = owned.into_parts();
        manual::put(ptr, token);
        // SAFETY: an `Owned` is never NULL.
        unsafe { Ptr::from_ptr_unchecked(ptr.as_ptr()) }
    }

    /// The pointer to a borrowed object. No count changes: the object is kept alive by whoever lent it,
    /// and [`incref`](Ptr::incref) or [`new_ref`](Ptr::new_ref) takes a reference of one's own.
    #[inline(always)]
    pub fn from_borrowed(object: &Borrowed<'_, T>) -> Ptr<T> {
        // SAFETY: a reference is never NULL.
        let result = unsafe { Ptr::from_ptr_unchecked(object.as_ptr()) };
        manual::seen(result.address());
        result
    }

    /// `Some` with the reference of an `Ok`; `None` for an `Err`, whose exception is left set.
    ///
    /// No count changes.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[must_use = "the reference leaks unless somebody releases it"]
    pub fn from_result<'py>(result: PyResult<'py, Owned<'py, T>>) -> Option<Ptr<T>> {
        match result {
            Ok(owned) => Some(Ptr::from_owned(owned)),
            Err(raised) => {
                raised.leave_set();
                None
            }
        }
    }

    /// Hands the reference over to an `Owned`, which releases it when dropped. No count changes.
    ///
    /// # Safety
    /// The object is alive and of kind `T`, and the caller owns a reference to it, which passes to the
    /// result: nothing else releases it. (With the feature `ledger`, one that it has seen: a result of a
    /// raw call enters with [`from_owned_ptr`](Ptr::from_owned_ptr).)
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn into_owned(self, py: Python<'_>) -> Owned<'_, T> {
        py.assert_attached();
        // SAFETY: the caller's promise.
        let token = unsafe { manual::take(self.address()) };
        // SAFETY: the caller's promise; the token is the last that was held of this object.
        unsafe { Owned::from_parts(self.address(), token) }
    }

    /// The object as a borrowed reference of the safe kind. No count changes.
    ///
    /// # Safety
    /// The object is of kind `T`, and somebody keeps it alive for the whole of `'a`; nothing that runs
    /// meanwhile may release that somebody's reference. `'a` is free: name it, or tie it to the owner
    /// by the signature of the function that calls this.
    #[inline(always)]
    pub unsafe fn as_borrowed<'a, 'py>(self, py: Python<'py>) -> &'a Borrowed<'py, T> {
        py.assert_attached();
        // SAFETY: the caller's promise.
        unsafe { Borrowed::from_ptr(py, self.as_ptr()) }
    }

    /// The reference of a `Some` as an `Owned`; for `None` the exception that is set. No count changes.
    ///
    /// # Errors
    /// The exception that is set, if `result` is `None`.
    ///
    /// # Safety
    /// For a `Some`, as for [`into_owned`](Ptr::into_owned).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn into_result<'py>(
        py: Python<'py>,
        result: Option<Ptr<T>>,
    ) -> PyResult<'py, Owned<'py, T>> {
        py.assert_attached();
        match result {
            // SAFETY: the caller's promise.
            Some(ptr) => Ok(unsafe { ptr.into_owned(py) }),
            None => Err(Raised::set(py)),
        }
    }

    /// The reference of a `Some` as the result of an `extern "C"` function; NULL for `None`. No count
    /// changes.
    ///
    /// An `Option<Ptr<T>>` is the same word; but the feature `ledger` takes note here that the reference
    /// goes to the interpreter.
    ///
    /// # Safety
    /// Attached; for a `Some`, the object is alive, and the caller owns a reference to it, which it gives
    /// up.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn into_returned(result: Option<Ptr<T>>) -> Returned<'static, T> {
        match result {
            // SAFETY: the caller's promise.
            Some(ptr) => Returned::from_ptr(unsafe { ptr.give() }),
            None => Returned::from_ptr(ptr::null_mut()),
        }
    }

    /// The same pointer with the kind forgotten. No count changes.
    #[inline(always)]
    pub fn as_any(self) -> Ptr<PyAny> {
        self.cast_unchecked()
    }

    /// The same pointer at the next more general kind. No count changes.
    #[inline(always)]
    pub fn as_base(self) -> Ptr<T::Base>
    where
        T: Subtype,
    {
        self.cast_unchecked()
    }

    /// The same pointer as one of kind `U`, if the object is an instance of it or of a subclass. No count
    /// changes: whoever owned a reference still does, also on failure.
    ///
    /// `None` with a `TypeError` set (`expected str, got int`) if it is not.
    ///
    /// # Safety
    /// Attached; the object is alive.
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "`None` means that a `TypeError` is set"]
    pub unsafe fn cast<U: TypeCheck>(self) -> Option<Ptr<U>> {
        assert_attached();
        // SAFETY: the caller promises that the thread is attached; the token stays in this function.
        let py = unsafe { Python::assume_attached() };
        // SAFETY: the caller promises that the object is alive; the reference stays in this function,
        // and the check runs no Python code.
        let object: &Borrowed<'_, PyAny> = unsafe { self.as_any().as_borrowed(py) };
        match object.cast::<U>() {
            Ok(object) => Some(Ptr::from_borrowed(object)),
            Err(error) => {
                Raised::from(error).leave_set();
                None
            }
        }
    }

    /// The same pointer taken for one of kind `U`. No count changes.
    ///
    /// Safe, as it reads nothing: that the object is of kind `U` is promised where the pointer is used.
    #[inline(always)]
    pub fn cast_unchecked<U: Object>(self) -> Ptr<U> {
        // SAFETY: a `Ptr` is never NULL.
        unsafe { Ptr::from_ptr_unchecked(self.as_ptr()) }
    }
}
