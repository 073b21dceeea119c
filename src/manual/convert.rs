//! Conversions to and from the safe pointers, and from one kind to another.

use std::ptr;

use super::Ptr;
use crate::error::{PyResult, Raised};
use crate::ledger::manual;
use crate::refs::{Borrowed, Object, Owned, Python, Returned, Subtype, TypeCheck};
use crate::types::PyAny;

impl<T: Object> Ptr<T> {
    /// Turns an `Owned` into a manual pointer, which owns the reference from now on. No count changes.
    ///
    /// The reference leaks unless the caller releases it, with [`decref`](Ptr::decref) or through
    /// [`into_owned`](Ptr::into_owned).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[must_use = "the reference leaks unless the caller releases it"]
    pub fn from_owned(owned: Owned<'_, T>) -> Ptr<T> {
        let (ptr, token) = owned.into_parts();
        manual::put(ptr, token);
        // SAFETY: an `Owned` is never NULL.
        unsafe { Ptr::from_ptr_unchecked(ptr.as_ptr()) }
    }

    /// The pointer to a borrowed object. No count changes: the lender still keeps the object alive, and
    /// [`incref`](Ptr::incref) or [`new_ref`](Ptr::new_ref) takes a new reference.
    #[inline(always)]
    pub fn from_borrowed(object: &Borrowed<'_, T>) -> Ptr<T> {
        // SAFETY: a reference is never NULL.
        let result = unsafe { Ptr::from_ptr_unchecked(object.as_ptr()) };
        manual::seen_alive(result.address());
        result
    }

    /// `Some` with the reference of an `Ok`; `None` for an `Err`, whose exception is left set.
    ///
    /// No count changes.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[must_use = "the reference leaks unless the caller releases it"]
    pub fn from_result<'py>(result: PyResult<'py, Owned<'py, T>>) -> Option<Ptr<T>> {
        match result {
            Ok(owned) => Some(Ptr::from_owned(owned)),
            Err(raised) => {
                raised.leave_set();
                None
            }
        }
    }

    /// Turns the reference into an `Owned`, which releases it when dropped. No count changes.
    ///
    /// # Safety
    /// The object is alive and of kind `T`. The caller owns a reference to it, which passes to the result: no
    /// other code releases it. (With the feature `ledger`, the ledger must know the reference: a result of a
    /// raw call becomes known with [`from_owned_ptr`](Ptr::from_owned_ptr).)
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn into_owned(self, py: Python<'_>) -> Owned<'_, T> {
        py.assert_attached();
        // SAFETY: the caller's promise.
        let token = unsafe { manual::take(self.address()) };
        // SAFETY: the caller owns the reference; the token is that of the object's last manual record.
        unsafe { Owned::from_parts(self.address(), token) }
    }

    /// The object as a borrowed reference of the safe kind. No count changes.
    ///
    /// # Safety
    /// The object is of kind `T`. A strong reference keeps it alive for all of `'a`: no code that runs
    /// meanwhile may release that reference. The caller chooses `'a`: name it, or tie it to the owner in the
    /// signature of the calling function.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn as_borrowed<'a, 'py>(self, py: Python<'py>) -> &'a Borrowed<'py, T> {
        py.assert_attached();
        manual::must_use(self.address());
        // SAFETY: the caller's promise.
        unsafe { Borrowed::from_ptr(py, self.as_ptr()) }
    }

    /// The reference of a `Some` as an `Owned`; for `None`, the exception that is set. No count changes.
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
    /// An `Option<Ptr<T>>` is the same word, but with the feature `ledger` this function also records that the
    /// reference passes to the interpreter.
    ///
    /// # Safety
    /// Attached. For a `Some`: the object is alive, and the caller owns a reference to it, which it gives up.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn into_returned(result: Option<Ptr<T>>) -> Returned<'static, T> {
        match result {
            // SAFETY: the caller's promise.
            Some(ptr) => Returned::from_ptr(unsafe { ptr.give() }),
            None => Returned::from_ptr(ptr::null_mut()),
        }
    }

    /// The same pointer as one to any object, [`PyAny`]. No count changes.
    #[inline(always)]
    pub fn as_any(self) -> Ptr<PyAny> {
        self.cast_unchecked()
    }

    /// The same pointer as one to the base kind, [`Subtype::Base`]. No count changes.
    #[inline(always)]
    pub fn as_base(self) -> Ptr<T::Base>
    where
        T: Subtype,
    {
        self.cast_unchecked()
    }

    /// The same pointer as one of kind `U`, if the object is an instance of `U` or of a subclass. No count
    /// changes and no reference changes its owner, also on failure.
    ///
    /// `None` with a `TypeError` set (`expected str, got int`) if it is not an instance.
    ///
    /// # Safety
    /// Attached; the object is alive.
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "`None` means that a `TypeError` is set"]
    pub unsafe fn cast<U: TypeCheck>(self) -> Option<Ptr<U>> {
        self.assert_usable();
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

    /// The same pointer as one of kind `U`, without a check. No count changes.
    ///
    /// Safe, because it reads nothing: the caller of an `unsafe` method promises the kind.
    #[inline(always)]
    pub fn cast_unchecked<U: Object>(self) -> Ptr<U> {
        // SAFETY: a `Ptr` is never NULL.
        unsafe { Ptr::from_ptr_unchecked(self.as_ptr()) }
    }
}
