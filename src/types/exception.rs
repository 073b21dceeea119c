//! Exceptions as objects.

use crate::markers::PyBaseException;
use crate::refs::{Borrowed, Owned, PyAny};

/// # Methods of exceptions
impl<'py> Borrowed<'py, PyBaseException> {
    /// The exception's arguments, or `None` if it has none (as when `BaseException.__new__` was bypassed).
    ///
    /// A new reference, because other code may assign the attribute.
    #[doc(alias = "PyException_GetArgs")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn args(&self) -> Option<Owned<'py, crate::markers::PyTuple>> {
        // SAFETY: `self` is an exception instance.
        let args = unsafe { crate::ffi::PyException_GetArgs(self.as_ptr()) };
        // SAFETY: a new reference, or NULL without an error.
        let args: Option<Owned<'_, PyAny>> = unsafe { Owned::from_new_ptr_or_opt(self.py(), args) };
        // C code can store an object of any type with `PyException_SetArgs`.
        args.and_then(|args| args.cast_into().ok())
    }

    /// The exception that this one was raised `from`, if any. A new reference.
    #[doc(alias = "PyException_GetCause")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn cause(&self) -> Option<Owned<'py, PyBaseException>> {
        // SAFETY: `self` is an exception instance.
        let cause = unsafe { crate::ffi::PyException_GetCause(self.as_ptr()) };
        // SAFETY: a new reference to an exception, or NULL without an error.
        let cause: Option<Owned<'_, PyAny>> =
            unsafe { Owned::from_new_ptr_or_opt(self.py(), cause) };
        // C code can store an object of any type with `PyException_SetCause`.
        cause.and_then(|cause| cause.cast_into().ok())
    }

    /// The exception that was being handled when this one was raised, if any. A new reference.
    #[doc(alias = "PyException_GetContext")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn context(&self) -> Option<Owned<'py, PyBaseException>> {
        // SAFETY: `self` is an exception instance.
        let context = unsafe { crate::ffi::PyException_GetContext(self.as_ptr()) };
        // SAFETY: a new reference to an exception, or NULL without an error.
        let context: Option<Owned<'_, PyAny>> =
            unsafe { Owned::from_new_ptr_or_opt(self.py(), context) };
        context.and_then(|context| context.cast_into().ok())
    }

    /// Sets `__cause__`, or removes it with `None`. The reference is given away.
    #[doc(alias = "PyException_SetCause")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set_cause(&self, cause: Option<Owned<'py, PyBaseException>>) {
        let cause = cause.map_or(std::ptr::null_mut(), Owned::into_ptr);
        // SAFETY: `self` is an exception instance; the reference is stolen, and NULL clears the cause.
        unsafe { crate::ffi::PyException_SetCause(self.as_ptr(), cause) }
    }

    /// Sets `__context__`, or removes it with `None`. The reference is given away.
    #[doc(alias = "PyException_SetContext")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set_context(&self, context: Option<Owned<'py, PyBaseException>>) {
        let context = context.map_or(std::ptr::null_mut(), Owned::into_ptr);
        // SAFETY: `self` is an exception instance; the reference is stolen, NULL clears the context.
        unsafe { crate::ffi::PyException_SetContext(self.as_ptr(), context) }
    }

    /// The traceback object, if the exception has one. A new reference.
    #[doc(alias = "PyException_GetTraceback")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn traceback(&self) -> Option<Owned<'py, crate::markers::PyTraceback>> {
        // SAFETY: `self` is an exception instance.
        let traceback = unsafe { crate::ffi::PyException_GetTraceback(self.as_ptr()) };
        // SAFETY: a new reference, or NULL without an error.
        let traceback: Option<Owned<'_, PyAny>> =
            unsafe { Owned::from_new_ptr_or_opt(self.py(), traceback) };
        // Up to 3.11 the result is `None` if `None` was assigned to the attribute.
        traceback.and_then(|traceback| traceback.cast_into().ok())
    }

    /// Sets `__traceback__`, or removes it with `None`. The traceback is borrowed: the exception takes its own
    /// reference.
    #[doc(alias = "PyException_SetTraceback")]
    #[inline]
    pub fn set_traceback(&self, traceback: Option<&Borrowed<'_, crate::markers::PyTraceback>>) {
        let traceback = traceback.map_or(self.py().none().as_ptr(), Borrowed::as_ptr);
        // SAFETY: `self` is an exception instance. The argument is a traceback or `None`, for which the call
        // does not fail, and is borrowed for the call.
        unsafe { crate::ffi::PyException_SetTraceback(self.as_ptr(), traceback) };
    }

    /// Prints the exception with its traceback and causes to `sys.stderr`.
    #[doc(alias = "PyErr_Display")]
    #[doc(alias = "PyErr_DisplayException")]
    #[inline]
    pub fn print(&self) {
        #[cfg(Py_3_12)]
        // SAFETY: attached; the exception is borrowed.
        unsafe {
            crate::ffi::PyErr_DisplayException(self.as_ptr())
        };
        #[cfg(not(Py_3_12))]
        {
            let kind = self.type_of();
            let traceback = self.traceback();
            let traceback = traceback
                .as_ref()
                .map_or(std::ptr::null_mut(), |traceback| traceback.as_ptr());
            // SAFETY: attached; all three are borrowed, and the traceback may be NULL.
            unsafe { crate::ffi::PyErr_Display(kind.as_ptr(), self.as_ptr(), traceback) };
        }
    }
}
