//! `mappingproxy`, generic aliases, and the iterators that are made of other objects.

use super::{PyAny, PyGenericAlias, PyIterator, PyMappingProxy};
use crate::error::PyResult;
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};

impl PyMappingProxy {
    /// `types.MappingProxyType(mapping)`: a view through which the mapping cannot be changed. A new
    /// reference; the mapping is borrowed: the view takes a reference of its own.
    ///
    /// # Errors
    /// `TypeError` if it is no mapping, or a list or tuple.
    #[doc(alias = "PyDictProxy_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        py: Python<'py>,
        mapping: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyMappingProxy>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyDictProxy_New(mapping.as_ptr()) };
        // SAFETY: a new reference to a mappingproxy, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

impl PyGenericAlias {
    /// `types.GenericAlias(origin, args)`: what `list[int]` gives. `args` may be a tuple of several. A new
    /// reference; both are borrowed: the alias takes references of its own.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "Py_GenericAlias")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        py: Python<'py>,
        origin: &Borrowed<'_, PyAny>,
        args: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyGenericAlias>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::Py_GenericAlias(origin.as_ptr(), args.as_ptr()) };
        // SAFETY: a new reference to a generic alias, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

impl PyIterator {
    /// An iterator that asks `sequence[0]`, `sequence[1]` and so on, until that raises `IndexError`. A new
    /// reference; the sequence is borrowed: the iterator takes a reference of its own.
    ///
    /// # Errors
    /// `MemoryError`; `SystemError` if it is no sequence.
    #[doc(alias = "PySeqIter_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn over_sequence<'py>(
        py: Python<'py>,
        sequence: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyIterator>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PySeqIter_New(sequence.as_ptr()) };
        // SAFETY: a new reference to an iterator, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `iter(callable, sentinel)`: an iterator that calls `callable` until that returns something equal to
    /// `sentinel`. A new reference; both are borrowed: the iterator takes references of its own.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyCallIter_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn over_calls<'py>(
        py: Python<'py>,
        callable: &Borrowed<'_, PyAny>,
        sentinel: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyIterator>> {
        py.assert_attached();
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyCallIter_New(callable.as_ptr(), sentinel.as_ptr()) };
        // SAFETY: a new reference to an iterator, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}
