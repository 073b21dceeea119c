//! Context variables.

use std::ffi::CStr;
use std::ptr;

use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyContext, PyContextToken, PyContextVar};

impl PyContext {
    /// A new empty context.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyContext_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyContext>> {
        py.assert_attached();
        // SAFETY: attached.
        let result = unsafe { ffi::PyContext_New() };
        // SAFETY: a new reference to a context, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// A copy of this thread's context, as `contextvars.copy_context()`. A new reference. O(1).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyContext_CopyCurrent")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn copy_current<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyContext>> {
        py.assert_attached();
        // SAFETY: attached.
        let result = unsafe { ffi::PyContext_CopyCurrent() };
        // SAFETY: a new reference to a context, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of contexts
impl<'py> Borrowed<'py, PyContext> {
    /// A copy of the context. A new reference. O(1).
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyContext_Copy")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn copy(&self) -> PyResult<'py, Owned<'py, PyContext>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyContext_Copy(self.as_ptr()) };
        // SAFETY: a new reference to a context, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Runs `f` with this context as the current context of the thread. The context is left again, also if
    /// `f` panics.
    ///
    /// # Errors
    /// `RuntimeError` if the context is already entered, on this or another thread, or if another context is
    /// current when `f` returns.
    #[doc(alias = "PyContext_Enter")]
    #[doc(alias = "PyContext_Exit")]
    #[inline]
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> PyResult<'py, R> {
        // SAFETY: a live context.
        let status = unsafe { ffi::PyContext_Enter(self.as_ptr()) };
        check_status(self.py(), status)?;
        let entered = Entered(self);
        let result = f();
        entered.exit()?;
        Ok(result)
    }
}

/// A context that is the current one of the thread until the guard is dropped.
struct Entered<'a, 'py>(&'a Borrowed<'py, PyContext>);

impl<'py> Entered<'_, 'py> {
    #[inline]
    fn exit(self) -> PyResult<'py, ()> {
        let context = self.0;
        std::mem::forget(self);
        // SAFETY: a live context.
        let status = unsafe { ffi::PyContext_Exit(context.as_ptr()) };
        check_status(context.py(), status)
    }
}

/// For a panic. An exception from leaving the context is discarded.
impl Drop for Entered<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        drop(Entered(self.0).exit());
    }
}

impl PyContextVar {
    /// A new context variable. A new reference; the default is borrowed: the variable takes its own
    /// reference.
    ///
    /// # Errors
    /// `UnicodeDecodeError` if `name` is not UTF-8, `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyContextVar, PyString}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let user = PyContextVar::new(py, c"user", None)?;
    /// assert!(user.get(None)?.is_none());
    /// let token = user.set(&*PyString::new(py, "ada")?)?;
    /// assert!(user.get(None)?.is_some());
    /// user.reset(&token)?;
    /// assert!(user.get(None)?.is_none());
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyContextVar_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        py: Python<'py>,
        name: &CStr,
        default: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyContextVar>> {
        py.assert_attached();
        let default = default.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: a NUL-terminated string; a live object, borrowed for the call, or NULL.
        let result = unsafe { ffi::PyContextVar_New(name.as_ptr(), default) };
        // SAFETY: a new reference to a context variable, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of context variables
impl<'py> Borrowed<'py, PyContextVar> {
    /// The value in the current context, as a new reference. If there is none: `default`, or else the
    /// variable's own default, or else `None`. `default` is borrowed.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyContextVar_Get")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get(
        &self,
        default: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        let default = default.map_or(ptr::null_mut(), Borrowed::as_ptr);
        let mut value = ptr::null_mut();
        // SAFETY: live objects, borrowed for the call; `value` receives a new reference or NULL.
        let status = unsafe { ffi::PyContextVar_Get(self.as_ptr(), default, &mut value) };
        check_status(self.py(), status)?;
        // SAFETY: a new reference, or NULL where there is no value.
        Ok(unsafe { Owned::from_new_ptr_or_opt(self.py(), value) })
    }

    /// Sets the value in the current context. `value` is borrowed: the context takes its own reference. A new
    /// reference to a token, with which [`reset`](Borrowed::reset) undoes the change.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyContextVar_Set")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set(&self, value: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyContextToken>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyContextVar_Set(self.as_ptr(), value.as_ptr()) };
        // SAFETY: a new reference to a token, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Restores the value from before the [`set`](Borrowed::set) that returned the token. `token` is
    /// borrowed.
    ///
    /// # Errors
    /// `ValueError` if the token is of another variable or context, `RuntimeError` if the token was used
    /// before.
    #[doc(alias = "PyContextVar_Reset")]
    #[inline]
    pub fn reset(&self, token: &Borrowed<'_, PyContextToken>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyContextVar_Reset(self.as_ptr(), token.as_ptr()) };
        check_status(self.py(), status)
    }
}
