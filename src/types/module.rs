//! Modules.

use std::ffi::CStr;

use crate::error::{PyResult, PyTypeError, Raised, assert_clear, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyDict, PyInt, PyModule, PyString, PyType};
use std::ffi::c_void;

impl PyModule {
    /// Imports the module `name`, or finds it in `sys.modules`. For a dotted name such as `c"os.path"`, the
    /// result is the submodule. A new reference.
    ///
    /// # Errors
    /// `ModuleNotFoundError`, what the module's code raises, or `TypeError` if `sys.modules` has another
    /// object than a module under this name.
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

    /// A new, empty module, which is not added to `sys.modules`.
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

impl PyModule {
    /// The object that `sys.modules` has under `name`, as a new reference; `None` if there is none. Nothing
    /// is imported. The object is usually, but not always, a module. `name` is borrowed.
    ///
    /// # Errors
    /// What the look-up raises if `sys.modules` was replaced by another object.
    #[doc(alias = "PyImport_GetModule")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn imported<'py>(
        name: &Borrowed<'py, PyString>,
    ) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        assert_clear(name.py());
        // SAFETY: a live str, borrowed for the call.
        let module = unsafe { ffi::PyImport_GetModule(name.as_ptr()) };
        // SAFETY: a new reference, or NULL if there is none, with or without an exception.
        match unsafe { Owned::from_new_ptr_or_opt(name.py(), module) } {
            Some(module) => Ok(Some(module)),
            None => Raised::occurred(name.py()).map_or(Ok(None), Err),
        }
    }

    /// The module `name` in `sys.modules`; if there is none, a new empty module is added there. Nothing is
    /// imported. A new reference.
    ///
    /// What is there and is no module is replaced. If its destructor removes the new module from `sys.modules`
    /// again, the module is returned nevertheless; up to 3.12 this is a `TypeError`.
    ///
    /// # Errors
    /// `UnicodeDecodeError` if `name` is not UTF-8, `MemoryError`.
    #[doc(alias = "PyImport_AddModule")]
    #[doc(alias = "PyImport_AddModuleRef")]
    #[doc(alias = "PyImport_AddModuleObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_or_add<'py>(py: Python<'py>, name: &CStr) -> PyResult<'py, Owned<'py, PyModule>> {
        py.assert_attached();
        assert_clear(py);
        // SAFETY: a NUL-terminated string.
        let result = unsafe { ffi::compat::PyImport_AddModuleRef(name.as_ptr()) };
        // SAFETY: a new reference to a module, or up to 3.12 to `None` if the module is gone already; or NULL with an
        // exception set.
        let module: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr_or_raised(py, result)? };
        Ok(module.cast_into()?)
    }

    /// `PyModule_Create`: a new module of a C definition, with single-phase initialisation. A new reference.
    ///
    /// [`module!`](crate::module) makes modules of Rust functions, without `unsafe`.
    ///
    /// # Errors
    /// `SystemError` for a definition with slots, `MemoryError`.
    ///
    /// # Safety
    /// The definition and all it points to live for ever and are as CPython's documentation requires; Python
    /// code may call its functions with any arguments.
    #[doc(alias = "PyModule_Create")]
    #[doc(alias = "PyModule_Create2")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_definition<'py>(
        py: Python<'py>,
        definition: *mut ffi::PyModuleDef,
    ) -> PyResult<'py, Owned<'py, PyModule>> {
        py.assert_attached();
        assert_clear(py);
        // SAFETY: the caller's promise.
        let result = unsafe { ffi::PyModule_Create(definition) };
        // SAFETY: a new reference to a module, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// `PyModule_FromDefAndSpec`: a new module of a C definition, with the name of an import's `spec`. Its
    /// execution slots are not run. A new reference to the object that its creation slot returns; `spec` is
    /// borrowed.
    ///
    /// # Errors
    /// `SystemError` if the definition is invalid, what its creation slot raises, `MemoryError`.
    ///
    /// # Safety
    /// As for [`from_definition`](PyModule::from_definition).
    #[doc(alias = "PyModule_FromDefAndSpec")]
    #[doc(alias = "PyModule_FromDefAndSpec2")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_definition_and_spec<'py>(
        definition: *mut ffi::PyModuleDef,
        spec: &Borrowed<'py, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(spec.py());
        // SAFETY: the caller's promise; a live object, borrowed for the call.
        let result = unsafe { ffi::PyModule_FromDefAndSpec(definition, spec.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(spec.py(), result) }
    }

    /// `PyState_FindModule`: the module of a C definition that this interpreter knows, from single-phase
    /// initialisation or from [`add_to_interpreter`](Borrowed::add_to_interpreter). A new reference.
    ///
    /// For code that is ported from C. A module of [`module!`](crate::module) has multi-phase initialisation,
    /// so one definition can have several module objects; its functions
    /// [get their module object](crate::export::ModuleRef).
    ///
    /// # Safety
    /// `definition` points to a definition that lives for ever.
    #[doc(alias = "PyState_FindModule")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn of_definition<'py>(
        py: Python<'py>,
        definition: *mut ffi::PyModuleDef,
    ) -> Option<Owned<'py, PyModule>> {
        py.assert_attached();
        // SAFETY: attached; the caller's promise.
        let result = unsafe { ffi::PyState_FindModule(definition) };
        // SAFETY: a borrowed reference from the interpreter's list, from which nothing can remove the module
        // before the reference is taken here; or NULL, without an exception.
        let module: Option<Owned<'_, PyAny>> =
            unsafe { Owned::from_borrowed_ptr_or_opt(py, result) };
        // Python code can find the list with `gc.get_objects()`.
        module.and_then(|module| module.cast_into().ok())
    }
}

impl<'py> Python<'py> {
    /// [`PyModule::import`]: imports a module, or finds it in `sys.modules`. A new reference.
    ///
    /// # Errors
    /// As for [`PyModule::import`].
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

/// # Methods of modules
impl<'py> Borrowed<'py, PyModule> {
    /// The module's `__name__`. A new reference.
    ///
    /// # Errors
    /// `SystemError` if the module has no `__name__`, or one that is no str.
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
    /// On 3.10, for a module that was made by `ModuleType.__new__` and never initialised, which has no
    /// namespace.
    #[doc(alias = "PyModule_GetDict")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn dict(&self) -> Owned<'py, PyDict> {
        // SAFETY: a live module.
        let dict = unsafe { ffi::PyModule_GetDict(self.as_ptr()) };
        // SAFETY: the dict that the module holds, or NULL; the reference is taken before other code can run.
        unsafe { Owned::from_borrowed_ptr_or_opt(self.py(), dict) }
            .expect("a module that was initialised has a namespace")
    }

    /// Adds `value` under `name`. The reference to `value` is stolen, on failure as well.
    ///
    /// This is the same on every version. (Of C's three functions, one steals the reference, one does not,
    /// and one steals it only on success.)
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

    /// Checks that the module has a namespace. For one without, 3.10 writes an error message with the
    /// module's name, which it reads from the missing namespace.
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

    /// Adds an int constant.
    ///
    /// # Errors
    /// As for [`add`](Borrowed::add).
    #[doc(alias = "PyModule_AddIntConstant")]
    #[doc(alias = "PyModule_AddIntMacro")]
    #[inline]
    pub fn add_int(&self, name: &CStr, value: i64) -> PyResult<'py, ()> {
        self.add(name, PyInt::new(self.py(), value)?.into_any())
    }

    /// Adds a str constant.
    ///
    /// # Errors
    /// As for [`add`](Borrowed::add).
    #[doc(alias = "PyModule_AddStringConstant")]
    #[doc(alias = "PyModule_AddStringMacro")]
    #[inline]
    pub fn add_str(&self, name: &CStr, value: &str) -> PyResult<'py, ()> {
        self.add(name, PyString::new(self.py(), value)?.into_any())
    }

    /// Adds a type under its own name. `kind` is borrowed: the module takes its own reference.
    ///
    /// # Errors
    /// `MemoryError`; `TypeError` for a class that is still being made, which its metaclass has given away; on 3.10
    /// `SystemError` for a module without a [namespace](Borrowed::dict).
    #[doc(alias = "PyModule_AddType")]
    #[inline]
    pub fn add_type(&self, kind: &Borrowed<'_, PyType>) -> PyResult<'py, ()> {
        assert_clear(self.py());
        self.check_namespace()?;
        // C would make a class ready that is being made ready by somebody else.
        if !kind.has_feature(ffi::Py_TPFLAGS_READY) {
            let message = "a class that is still being made cannot be added to a module";
            return Err(self.py().raise::<PyTypeError>(message));
        }
        // SAFETY: live objects, borrowed for the call; the type is ready.
        let status = unsafe { ffi::PyModule_AddType(self.as_ptr(), kind.as_ptr().cast()) };
        check_status(self.py(), status)
    }

    /// The file that the module was loaded from, its `__file__`. A new reference.
    ///
    /// # Errors
    /// `SystemError` if the module has no `__file__`.
    #[doc(alias = "PyModule_GetFilenameObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn filename(&self) -> PyResult<'py, Owned<'py, PyString>> {
        assert_clear(self.py());
        // SAFETY: a live module.
        let result = unsafe { ffi::PyModule_GetFilenameObject(self.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}

/// ## Modules: for C
impl<'py> Borrowed<'py, PyModule> {
    /// `PyState_AddModule`: makes `self` the module that [`of_definition`](PyModule::of_definition) finds, in
    /// place of an earlier one. `self` is borrowed: the interpreter takes its own reference.
    ///
    /// # Errors
    /// `SystemError` for a definition with slots, `MemoryError`.
    ///
    /// # Safety
    /// As for [`from_definition`](PyModule::from_definition), and a module was made from the definition
    /// before. `self` is not already the module of the definition: then C ends the process.
    #[doc(alias = "PyState_AddModule")]
    #[inline]
    pub unsafe fn add_to_interpreter(
        &self,
        definition: *mut ffi::PyModuleDef,
    ) -> PyResult<'py, ()> {
        assert_clear(self.py());
        // SAFETY: a live module, borrowed for the call; the rest is the caller's promise.
        let status = unsafe { ffi::PyState_AddModule(self.as_ptr(), definition) };
        check_status(self.py(), status)
    }

    /// `importlib.reload(self)`. A new reference: to `self`, unless its code replaces itself in
    /// `sys.modules`.
    ///
    /// # Errors
    /// What importing it raises; `ImportError` if the module is not in `sys.modules`.
    #[doc(alias = "PyImport_ReloadModule")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn reload(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: a live module, borrowed for the call.
        let result = unsafe { ffi::PyImport_ReloadModule(self.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The memory of the module's state; NULL if the module has no state. For a module of
    /// [`module!`](crate::module), use the [typed state](crate::export::ModuleRef::state).
    #[doc(alias = "PyModule_GetState")]
    #[inline]
    pub fn state_ptr(&self) -> *mut c_void {
        // SAFETY: a live module, for which the call does not fail.
        unsafe { ffi::PyModule_GetState(self.as_ptr()) }
    }

    /// The definition that the module was made from; NULL if there is none, as for a module written in
    /// Python.
    #[doc(alias = "PyModule_GetDef")]
    #[inline]
    pub fn definition(&self) -> *mut ffi::PyModuleDef {
        // SAFETY: a live module, for which the call does not fail.
        unsafe { ffi::PyModule_GetDef(self.as_ptr()) }
    }
}
