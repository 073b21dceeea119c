//! Types made from C descriptions, and their instances.

use crate::error::{PyResult, assert_clear, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyDict, PyModule, PyTuple, PyType, checked_size};
use std::ffi::CStr;
use std::ptr;

impl PyType {
    /// A new exception class with the name `name`, which is `module.Name`. Its base is `base`, or each item
    /// of it if it is a tuple; by default it is `Exception`. `dict` holds the class's attributes. A new
    /// reference; all are borrowed.
    ///
    /// The class is made by the metaclass of the bases, which may return another one.
    ///
    /// # Errors
    /// `SystemError` if `name` has no dot, `TypeError` for a base that is no class, or if the metaclass returns
    /// what is no class; what the metaclass raises; `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::PyType};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let error = PyType::new_exception(py, c"example.Error", Some(c"Something went wrong."), None, None)?;
    /// assert_eq!(error.name()?.str()?.to_str()?, "Error");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyErr_NewException")]
    #[doc(alias = "PyErr_NewExceptionWithDoc")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new_exception<'py>(
        py: Python<'py>,
        name: &CStr,
        doc: Option<&CStr>,
        base: Option<&Borrowed<'_, PyAny>>,
        dict: Option<&Borrowed<'py, PyDict>>,
    ) -> PyResult<'py, Owned<'py, PyType>> {
        py.assert_attached();
        assert_clear(py);
        let doc = doc.map_or(ptr::null(), CStr::as_ptr);
        let base = base.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // A copy, because C sets `__module__` in the dict that it is given.
        let dict = dict.map(|dict| dict.copy()).transpose()?;
        let dict = dict.as_deref().map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: NUL-terminated strings or NULL; live objects or NULL, borrowed for the call.
        let result = unsafe { ffi::PyErr_NewExceptionWithDoc(name.as_ptr(), doc, base, dict) };
        // SAFETY: a new reference to whatever the base's metaclass returns, or NULL with an exception set.
        let class: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr_or_raised(py, result)? };
        Ok(class.cast_into()?)
    }

    /// A new heap type of a C description. A new reference; all are borrowed. `bases` is a class or a tuple
    /// of classes; by default the bases are those of the description, or `object`. With a module, the type is
    /// associated with it, and can find its state.
    ///
    /// # Errors
    /// `MemoryError`, or the exception for an error in the description that CPython finds.
    ///
    /// # Safety
    /// The description and all it points to are as CPython's documentation requires: the function of every
    /// slot has the signature and the behaviour of the slot, the sizes are those of the instances, and the
    /// parts that must live as long as the type do so.
    #[doc(alias = "PyType_FromSpec")]
    #[doc(alias = "PyType_FromSpecWithBases")]
    #[doc(alias = "PyType_FromModuleAndSpec")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_spec<'py>(
        py: Python<'py>,
        module: Option<&Borrowed<'_, PyModule>>,
        spec: *mut ffi::PyType_Spec,
        bases: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyType>> {
        py.assert_attached();
        assert_clear(py);
        let module = module.map_or(ptr::null_mut(), Borrowed::as_ptr);
        let bases = bases.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: the caller's promise; live objects or NULL, borrowed for the call.
        let result = unsafe { ffi::PyType_FromModuleAndSpec(module, spec, bases) };
        // SAFETY: a new reference to a type, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `PyType_Ready`: finishes a static type, once, before it is used. Borrowed: the type lives for ever.
    ///
    /// # Errors
    /// `MemoryError`, or the exception for an error in the type that CPython finds.
    ///
    /// # Safety
    /// The type lives for ever, is used by this interpreter only, and is as CPython's documentation requires:
    /// see [`from_spec`](PyType::from_spec).
    #[doc(alias = "PyType_Ready")]
    #[inline]
    pub unsafe fn ready<'py>(
        py: Python<'py>,
        kind: *mut ffi::PyTypeObject,
    ) -> PyResult<'py, &'py Borrowed<'py, PyType>> {
        py.assert_attached();
        assert_clear(py);
        // SAFETY: the caller's promise.
        let status = unsafe { ffi::PyType_Ready(kind) };
        check_status(py, status)?;
        // SAFETY: a type object that lives for ever, by the caller's promise.
        Ok(unsafe { Borrowed::from_ptr(py, kind.cast()) })
    }
}

/// ## type: making instances
impl<'py> Borrowed<'py, PyType> {
    /// A new instance with zeroed memory, by the type's `tp_alloc`. Most functions for `tp_new` begin with
    /// this. A new reference; the arguments are borrowed, and ignored.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// # Safety
    /// The type's methods accept an instance whose memory is zero. Those of most builtin types do not.
    #[doc(alias = "PyType_GenericNew")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn generic_new(
        &self,
        args: Option<&Borrowed<'_, PyTuple>>,
        kwargs: Option<&Borrowed<'_, PyDict>>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let args = args.map_or(ptr::null_mut(), Borrowed::as_ptr);
        let kwargs = kwargs.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: a live type, live objects or NULL, borrowed for the call; the rest is the caller's promise.
        let result = unsafe { ffi::PyType_GenericNew(self.as_ptr().cast(), args, kwargs) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// A new instance with zeroed memory; with memory for `items` items if the type has a variable size. A
    /// new reference.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// # Safety
    /// As for [`generic_new`](Borrowed::generic_new).
    #[doc(alias = "PyType_GenericAlloc")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn generic_alloc(&self, items: usize) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let items = checked_size::to_allocate(self.py(), items)?;
        // SAFETY: a live type; the rest is the caller's promise.
        let result = unsafe { ffi::PyType_GenericAlloc(self.as_ptr().cast(), items) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
