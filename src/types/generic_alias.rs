//! Generic aliases, such as `list[int]`.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyGenericAlias};

impl PyGenericAlias {
    /// `types.GenericAlias(origin, args)`, such as `list[int]`. `args` is one argument or a tuple of
    /// arguments. A new reference; both are borrowed: the alias takes its own references.
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
