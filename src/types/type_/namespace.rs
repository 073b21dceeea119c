//! The namespace of a type itself.

use crate::error::{PyResult, assert_clear, check_truth};
use crate::ffi;
use crate::refs::Borrowed;
use crate::types::{AttributeName, PyType};
#[cfg(Py_3_12)]
use crate::{
    refs::Owned,
    types::{PyDict, PyString},
};

/// ## type: its own attributes
impl<'py> Borrowed<'py, PyType> {
    /// Whether the type itself has an attribute of this name: `name in self.__dict__`, without the `mappingproxy` that
    /// [`dict`](Borrowed::dict) makes. What the type inherits does not count, and the metaclass is not asked. `self` and `name` are
    /// borrowed.
    ///
    /// A dispatcher tells dataclasses by it:
    ///
    /// ```
    /// # use pyptr::{Borrowed, PyResult, intern, types::PyAny};
    /// fn is_dataclass<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, bool> {
    ///     object.type_of().has_own(intern!(object.py(), "__dataclass_fields__"))
    /// }
    /// # use pyptr::{Python, types::PyInt};
    /// # Python::initialize();
    /// # Python::attach(|py| assert!(!is_dataclass(&PyInt::new(py, 3).unwrap()).unwrap()));
    /// ```
    ///
    /// # Errors
    /// What the `__hash__` or `__eq__` of a name raises that is an instance of a subclass of `str`, or the `__eq__` of an attribute's
    /// name that is none. `MemoryError` for a C string.
    #[doc(alias = "tp_dict")]
    #[inline]
    pub fn has_own(&self, name: impl AttributeName<'py>) -> PyResult<'py, bool> {
        name.with_name(self, |name| {
            assert_clear(self.py());
            #[cfg(Py_3_12)]
            {
                let (kind, heap_type) = (self.as_ptr().cast(), ffi::Py_TPFLAGS_HEAPTYPE);
                // SAFETY: a live type.
                if unsafe { ffi::PyType_HasFeature(kind, heap_type) } == 0 {
                    return self.has_own_elsewhere(name);
                }
            }
            // SAFETY: a live type. The field is set when the type is made, and stays as it is as long as the type, which `self` borrows.
            let dict = unsafe { (*self.as_ptr().cast::<ffi::PyTypeObject>()).tp_dict };
            if dict.is_null() {
                return Ok(false);
            }
            // SAFETY: a live dict, as above, and a live name.
            let truth = unsafe { ffi::PyDict_Contains(dict, name.as_ptr()) };
            check_truth(self.py(), truth)
        })
    }

    /// Each interpreter has the namespaces of the static types for itself, elsewhere.
    #[cfg(Py_3_12)]
    #[cold]
    #[inline]
    fn has_own_elsewhere(&self, name: &Borrowed<'_, PyString>) -> PyResult<'py, bool> {
        // SAFETY: a live type.
        let dict = unsafe { ffi::PyType_GetDict(self.as_ptr().cast()) };
        // SAFETY: a new reference to a dict, or NULL without an exception.
        let dict: Option<Owned<'_, PyDict>> =
            unsafe { Owned::from_new_ptr_or_opt(self.py(), dict) };
        let Some(dict) = dict else {
            return Ok(false);
        };
        // SAFETY: a live dict and a live name.
        let truth = unsafe { ffi::PyDict_Contains(dict.as_ptr(), name.as_ptr()) };
        check_truth(self.py(), truth)
    }
}
