//! What type objects know, and making them the way C does.

use std::ffi::{CStr, c_int, c_ulong, c_void};
use std::ptr;

use super::{PyAny, PyDict, PyMappingProxy, PyModule, PyString, PyTuple, PyType};
use crate::error::{PyResult, PyTypeError, Raised, assert_clear, check_status};
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};

impl PyType {
    /// A new exception class, as `class module.Name(base)`. A new reference; all are borrowed. Without a
    /// base it is `Exception`; a tuple makes several. `dict` holds the class's attributes.
    ///
    /// # Errors
    /// `SystemError` if `name` has no dot, `TypeError` for a base that is no class, `MemoryError`.
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
        // What C is given it changes: it sets `__module__` in it.
        let dict = dict.map(|dict| dict.copy()).transpose()?;
        let dict = dict.as_deref().map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: NUL-terminated strings or NULL; live objects or NULL, borrowed for the call.
        let result = unsafe { ffi::PyErr_NewExceptionWithDoc(name.as_ptr(), doc, base, dict) };
        // SAFETY: a new reference to a class, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// A new heap type of C's description. A new reference; all are borrowed. Without bases they are what
    /// the description says, or `object`; a tuple makes several. With a module the type is bound to it,
    /// and finds its state.
    ///
    /// # Errors
    /// What is wrong with the description, as far as CPython looks, or `MemoryError`.
    ///
    /// # Safety
    /// The description and all it points to are what CPython's documentation asks for: every slot's
    /// function has the signature of its slot and keeps its promises, sizes are those of the instances,
    /// and what has to live as long as the type does so.
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

    /// Finishes a static type, which has to be done once before it is used. Borrowed: it lives for ever.
    ///
    /// # Errors
    /// What is wrong with the type, as far as CPython looks, or `MemoryError`.
    ///
    /// # Safety
    /// The type lives for ever, is used by this interpreter alone, and is what CPython's documentation asks
    /// for, as for [`from_spec`](PyType::from_spec).
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

impl<'py> Borrowed<'py, PyType> {
    /// The type's flags, `Py_TPFLAGS_..`.
    #[doc(alias = "PyType_GetFlags")]
    #[inline]
    pub fn flags(&self) -> c_ulong {
        // SAFETY: a live type.
        unsafe { ffi::PyType_GetFlags(self.as_ptr().cast()) }
    }

    /// Whether the type has all of these flags, such as `Py_TPFLAGS_HEAPTYPE`.
    #[doc(alias = "PyType_HasFeature")]
    #[doc(alias = "PyType_FastSubclass")]
    #[doc(alias = "PyType_IS_GC")]
    #[inline]
    pub fn has_feature(&self, flags: c_ulong) -> bool {
        self.flags() & flags == flags
    }

    /// `self.__qualname__`: `Outer.Inner`. A new reference.
    ///
    /// # Errors
    /// What the metaclass raises, if it has a `__qualname__` of its own.
    #[doc(alias = "PyType_GetQualName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn qualname(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"__qualname__")
    }

    /// `self.__module__`: the name of the module that defines it. A new reference.
    ///
    /// # Errors
    /// `AttributeError` if there is none, or what the metaclass raises.
    #[doc(alias = "PyType_GetModuleName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn module_name(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"__module__")
    }

    /// The attributes of the type itself, its `__dict__`: a view, as changing them behind its back would
    /// leave its caches stale. A new reference.
    ///
    /// # Errors
    /// What the metaclass raises, if it has a `__dict__` of its own.
    #[doc(alias = "PyType_GetDict")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn dict(&self) -> PyResult<'py, Owned<'py, PyMappingProxy>> {
        Ok(self.getattr(c"__dict__")?.cast_into()?)
    }

    /// The module that a heap type was made with. A new reference.
    ///
    /// # Errors
    /// `TypeError` if it was made without one.
    #[doc(alias = "PyType_GetModule")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn module(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: a live type.
        let module = unsafe { ffi::PyType_GetModule(self.as_ptr().cast()) };
        // SAFETY: a module that the type keeps alive, or NULL with an exception set; counted before anything
        // can run.
        unsafe { Owned::from_borrowed_ptr_or_raised(self.py(), module) }
    }

    /// The module of `definition` that this class, or one that it derives from, belongs to. A new reference.
    /// The definition is compared with others only.
    ///
    /// # Errors
    /// `TypeError` if there is none, or what the metaclass raises, if it has an `__mro__` of its own.
    #[doc(alias = "PyType_GetModuleByDef")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn module_by_definition(
        &self,
        definition: *mut ffi::PyModuleDef,
    ) -> PyResult<'py, Owned<'py, PyModule>> {
        for class in self.getattr(c"__mro__")?.cast::<PyTuple>()?.iter() {
            let class = class.cast::<PyType>()?;
            // One of C has none, which is no error here.
            let Ok(module) = class.module() else {
                continue;
            };
            if let Ok(module) = module.cast_into::<PyModule>() {
                if module.definition() == definition {
                    return Ok(module);
                }
            }
        }
        let message = "neither the class nor a base belongs to the module";
        Err(self.py().raise::<PyTypeError>(message))
    }

    /// The name with that of the module in front, but for builtins: `decimal.Decimal`, `int`. A new
    /// reference.
    ///
    /// # Errors
    /// `AttributeError` if there is no `__module__`, what the metaclass raises, if it has a `__module__` or
    /// `__qualname__` of its own; `TypeError` if the latter is no str.
    #[doc(alias = "PyType_GetFullyQualifiedName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn full_name(&self) -> PyResult<'py, Owned<'py, PyString>> {
        let name = self.qualname()?.cast_into::<PyString>()?;
        match self.module_name()?.cast_into::<PyString>() {
            Ok(module) if !module.eq_str("builtins") => {
                let dot = PyString::new(self.py(), ".")?;
                module.concat(&dot)?.concat(&name)
            }
            _ => Ok(name),
        }
    }

    /// The state of the module that a heap type was made with; NULL if that has none.
    ///
    /// # Errors
    /// `TypeError` if it was made without a module.
    #[doc(alias = "PyType_GetModuleState")]
    #[inline]
    pub fn module_state_ptr(&self) -> PyResult<'py, *mut c_void> {
        assert_clear(self.py());
        // SAFETY: a live type.
        let state = unsafe { ffi::PyType_GetModuleState(self.as_ptr().cast()) };
        match state.is_null() {
            true => Raised::occurred(self.py()).map_or(Ok(state), Err),
            false => Ok(state),
        }
    }

    /// What stands in a slot, such as `Py_tp_new`; NULL if it is empty.
    ///
    /// # Errors
    /// `SystemError` if there is no such slot.
    #[doc(alias = "PyType_GetSlot")]
    #[inline]
    pub fn slot(&self, slot: c_int) -> PyResult<'py, *mut c_void> {
        assert_clear(self.py());
        // SAFETY: a live type; an unknown number is refused.
        let function = unsafe { ffi::PyType_GetSlot(self.as_ptr().cast(), slot) };
        match function.is_null() {
            true => Raised::occurred(self.py()).map_or(Ok(function), Err),
            false => Ok(function),
        }
    }

    /// A new instance with zeroed memory, by the type's own allocator: what `tp_new` of most types does
    /// first. A new reference; the arguments are borrowed, and ignored.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// # Safety
    /// An instance with all its memory zero is valid for the type's methods: of most builtin types it is
    /// not.
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

    /// A new instance with zeroed memory for `items` items, if its size varies. A new reference.
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
        let items = super::size::to_allocate(self.py(), items)?;
        // SAFETY: a live type; the rest is the caller's promise.
        let result = unsafe { ffi::PyType_GenericAlloc(self.as_ptr().cast(), items) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
