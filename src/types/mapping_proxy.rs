//! `mappingproxy`.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyMappingProxy};

impl PyMappingProxy {
    /// `types.MappingProxyType(mapping)`: a read-only view of the mapping. A new reference; `mapping` is
    /// borrowed: the view takes its own reference.
    ///
    /// # Errors
    /// `TypeError` if `mapping` is no mapping, or is a list or tuple.
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
