//! Modules.

use std::ffi::CStr;

use super::{PyAny, PyDict, PyModule, PyString};
use crate::error::{PyResult, assert_clear, check_status};
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};

impl PyModule {
    /// Imports the module `name`, or finds it in `sys.modules`; `c"os.path"` is the submodule itself. A
    /// new reference.
    ///
    /// # Errors
    /// `ModuleNotFoundError`, what the module's code raises, or `TypeError` if something that is no
    /// module stands under its name in `sys.modules`.
    #[doc(alias = "PyImport_ImportModule")]
    #[doc(alias = "PyImport_Import")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn import<'py>(py: Python<'py>, name: &CStr) -> PyResult<'py, Owned<'py, PyModule>> {
        py.assert_attached();
        assert_clear(py);
        // SAFETY: a NUL-terminated string.
        let result = unsafe { ffi::PyImport_ImportModule(name.as_ptr()) };
        // SAFETY: a new reference to whatever object is there, or NULL with an exception set.
        let module: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr_or_raised(py, result)? };
        Ok(module.cast_into()?)
    }

    /// A new, empty module, which is not put into `sys.modules`.
    ///
    /// # Errors
    /// `UnicodeDecodeError` if `name` is not UTF-8, `MemoryError`.
    #[doc(alias = "PyModule_New")]
    #[doc(alias = "PyModule_NewObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(py: Python<'py>, name: &CStr) -> PyResult<'py, Owned<'py, PyModule>> {
        py.assert_attached();
        // SAFETY: a NUL-terminated string.
        let result = unsafe { ffi::PyModule_New(name.as_ptr()) };
        // SAFETY: a new reference to a module, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

impl<'py> Python<'py> {
    /// [`PyModule::import`]: imports a module, or finds it in `sys.modules`. A new reference.
    ///
    /// # Errors
    /// As there.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let pi = py.import(c"math")?.getattr(c"pi")?;
    /// assert!(pi.repr()?.to_str()?.starts_with("3.14159"));
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyImport_ImportModule")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn import(self, name: &CStr) -> PyResult<'py, Owned<'py, PyModule>> {
        PyModule::import(self, name)
    }
}

impl<'py> Borrowed<'py, PyModule> {
    /// The module's `__name__`. A new reference.
    ///
    /// # Errors
    /// `SystemError` if it has none, or one that is no str.
    #[doc(alias = "PyModule_GetNameObject")]
    #[doc(alias = "PyModule_GetName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn name(&self) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: a live module.
        let result = unsafe { ffi::PyModule_GetNameObject(self.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The module's namespace, its `__dict__`. A new reference.
    ///
    /// # Panics
    /// On 3.10, for a module that was made by `ModuleType.__new__` and never initialised, which has none.
    #[doc(alias = "PyModule_GetDict")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn dict(&self) -> Owned<'py, PyDict> {
        // SAFETY: a live module.
        let dict = unsafe { ffi::PyModule_GetDict(self.as_ptr()) };
        // SAFETY: the dict that the module holds, or NULL; counted before anything can run.
        unsafe { Owned::from_borrowed_ptr_or_opt(self.py(), dict) }
            .expect("a module that was initialised has a namespace")
    }

    /// Adds `value` under `name`; the reference is given away, on failure, too.
    ///
    /// The same on every version, unlike C's functions, of which one takes the reference, one does not
    /// and one does only when it succeeds.
    ///
    /// # Errors
    /// `UnicodeDecodeError` if `name` is not UTF-8, `MemoryError`; on 3.10 `SystemError` for a module without a
    /// [namespace](Borrowed::dict).
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyInt, PyModule}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let module = PyModule::new(py, c"limits")?;
    /// module.add(c"MAX_DEPTH", PyInt::new(py, 512)?.into_any())?;
    /// assert!(module.hasattr(c"MAX_DEPTH")?);
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyModule_Add")]
    #[doc(alias = "PyModule_AddObject")]
    #[doc(alias = "PyModule_AddObjectRef")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn add(&self, name: &CStr, value: Owned<'py, PyAny>) -> PyResult<'py, ()> {
        self.check_namespace()?;
        // SAFETY: a live module and a NUL-terminated string; the reference is stolen in any case.
        let status =
            unsafe { ffi::compat::PyModule_Add(self.as_ptr(), name.as_ptr(), value.into_ptr()) };
        check_status(self.py(), status)
    }

    /// That there is something to add to: 3.10 reports a module without a namespace by its name, and reads
    /// that from where it is not, too.
    #[inline(always)]
    pub(super) fn check_namespace(&self) -> PyResult<'py, ()> {
        #[cfg(not(Py_3_11))]
        // SAFETY: a live module.
        if unsafe { ffi::PyModule_GetDict(self.as_ptr()) }.is_null() {
            let message = "the module was never initialised";
            return Err(self.py().raise::<crate::error::PySystemError>(message));
        }
        Ok(())
    }
}
