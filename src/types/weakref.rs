//! Weak references.

use std::ptr;

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyWeakref};

impl PyWeakref {
    /// `weakref.ref(object, callback)`, as a new reference to the weak reference, which does not keep
    /// `object` alive. Without a callback, all calls for an object return the same weak reference. Both are
    /// borrowed; the weak reference takes its own reference to the callback.
    ///
    /// # Errors
    /// `TypeError` if the type does not allow weak references, `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PySet, PyWeakref}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let set = PySet::new(py)?;
    /// let weak = PyWeakref::new(&set, None)?;
    /// assert!(weak.upgrade().is_some_and(|strong| strong.is(&set)));
    /// drop(set);
    /// assert!(weak.upgrade().is_none());
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyWeakref_NewRef")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        object: &Borrowed<'py, PyAny>,
        callback: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyWeakref>> {
        let callback = callback.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: live objects, borrowed for the call; NULL for no callback.
        let result = unsafe { ffi::PyWeakref_NewRef(object.as_ptr(), callback) };
        // SAFETY: a new reference to a weak reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(object.py(), result) }
    }

    /// `weakref.proxy(object, callback)`, as a new reference: a proxy that forwards operations to `object`
    /// while `object` lives, and raises `ReferenceError` afterwards. Both are borrowed.
    ///
    /// # Errors
    /// `TypeError` if the type does not allow weak references, `MemoryError`.
    #[doc(alias = "PyWeakref_NewProxy")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn proxy<'py>(
        object: &Borrowed<'py, PyAny>,
        callback: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        let callback = callback.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: live objects, borrowed for the call; NULL for no callback.
        let result = unsafe { ffi::PyWeakref_NewProxy(object.as_ptr(), callback) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(object.py(), result) }
    }
}

/// # Methods of weak references
impl<'py> Borrowed<'py, PyWeakref> {
    /// The object as a new reference, or `None` if it was freed.
    ///
    /// The object cannot be borrowed from a weak reference, because it may be freed at any moment.
    #[doc(alias = "PyWeakref_GetRef")]
    #[doc(alias = "PyWeakref_GetObject")]
    #[doc(alias = "PyWeakref_GET_OBJECT")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn upgrade(&self) -> Option<Owned<'py, PyAny>> {
        let mut object = ptr::null_mut();
        // SAFETY: a live weak reference, so that the call does not fail; `object` receives a new reference
        // or NULL.
        unsafe { ffi::compat::PyWeakref_GetRef(self.as_ptr(), &mut object) };
        // SAFETY: a new reference, or NULL where there is none.
        unsafe { Owned::from_new_ptr_or_opt(self.py(), object) }
    }
}
