//! The environment of the running code: builtins, `sys`, namespaces, warnings, the exception being handled.

use std::ffi::CStr;
use std::fmt::Display;
use std::ptr;

use crate::error::{
    Exception, PyBaseException, PyResult, PyRuntimeError, Raised, assert_clear, check_status,
    formatted,
};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyDict, PyString};

impl<'py> Python<'py> {
    /// The builtins of the running Python code, or else of this thread: a dict. A new reference.
    ///
    /// # Panics
    /// If the interpreter has released them: in destructors that run at the very end of finalisation.
    #[doc(alias = "PyEval_GetBuiltins")]
    #[doc(alias = "PyEval_GetFrameBuiltins")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn builtins(self) -> Owned<'py, PyAny> {
        self.assert_attached();
        // SAFETY: attached; the frame or the interpreter keeps the dict alive until a reference is taken below.
        let builtins = unsafe { ffi::PyEval_GetBuiltins() };
        // SAFETY: as above, or NULL at the interpreter's end.
        unsafe { Owned::from_borrowed_ptr_or_opt(self, builtins) }
            .expect("the interpreter has released its builtins")
    }

    /// The global variables of the running Python code, or `None` if none runs. A new reference.
    #[doc(alias = "PyEval_GetGlobals")]
    #[doc(alias = "PyEval_GetFrameGlobals")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn globals(self) -> Option<Owned<'py, PyAny>> {
        self.assert_attached();
        // SAFETY: attached; the frame keeps the dict alive until a reference is taken below.
        let globals = unsafe { ffi::PyEval_GetGlobals() };
        // SAFETY: as above, or NULL where no Python code runs.
        unsafe { Owned::from_borrowed_ptr_or_opt(self, globals) }
    }

    /// The local variables of the running Python code, for a function as a copy in a dict. A new reference.
    ///
    /// # Errors
    /// `SystemError` if no Python code runs; `MemoryError`.
    #[doc(alias = "PyEval_GetLocals")]
    #[doc(alias = "PyEval_GetFrameLocals")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn locals(self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.assert_attached();
        assert_clear(self);
        #[cfg(Py_3_13)]
        {
            // SAFETY: attached.
            let locals = unsafe { ffi::PyEval_GetFrameLocals() };
            // SAFETY: a new reference, or NULL with an exception set.
            unsafe { Owned::from_new_ptr_or_raised(self, locals) }
        }
        #[cfg(not(Py_3_13))]
        {
            // SAFETY: attached; the frame keeps the object alive until a reference is taken below.
            let locals = unsafe { ffi::PyEval_GetLocals() };
            // SAFETY: as above, or NULL with an exception set.
            unsafe { Owned::from_borrowed_ptr_or_raised(self, locals) }
        }
    }

    /// The attribute `sys.name`, or `None` if there is none. A new reference.
    ///
    /// # Errors
    /// `UnicodeDecodeError` if `name` is not UTF-8; what importing `sys` raises.
    #[doc(alias = "PySys_GetObject")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn sys(self, name: &CStr) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        self.assert_attached();
        self.import(c"sys")?.getattr_opt(name)
    }

    /// `sys._xoptions`, a dict of the options given with `python -X`. A new reference.
    ///
    /// # Errors
    /// `MemoryError`; `RuntimeError` if `sys` has no such attribute any more; `TypeError` if it is no dict.
    #[doc(alias = "PySys_GetXOptions")]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[inline]
    pub fn x_options(self) -> PyResult<'py, Owned<'py, PyDict>> {
        self.assert_attached();
        match self.sys(c"_xoptions")? {
            Some(options) => Ok(options.cast_into()?),
            None => Err(self.raise::<PyRuntimeError>("lost sys._xoptions")),
        }
    }

    /// Sets the attribute `sys.name`, or deletes it if `value` is `None`. The value is borrowed: the module
    /// takes a reference of its own.
    ///
    /// # Errors
    /// `UnicodeDecodeError` if `name` is not UTF-8; `MemoryError`.
    #[doc(alias = "PySys_SetObject")]
    #[inline]
    pub fn set_sys(self, name: &CStr, value: Option<&Borrowed<'_, PyAny>>) -> PyResult<'py, ()> {
        self.assert_attached();
        assert_clear(self);
        let value = value.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: a NUL-terminated string; a live object, borrowed for the call, or NULL to delete.
        let status = unsafe { ffi::PySys_SetObject(name.as_ptr(), value) };
        check_status(self, status)
    }

    /// The dict in which the interpreter looks up imported modules: the original `sys.modules`. A new
    /// reference.
    ///
    /// # Panics
    /// If the interpreter has released it: in destructors that run at the very end of finalisation.
    #[doc(alias = "PyImport_GetModuleDict")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn modules(self) -> Owned<'py, PyAny> {
        self.assert_attached();
        // SAFETY: attached; the interpreter keeps the dict alive until a reference is taken below.
        let modules = unsafe { ffi::module_dict() };
        // SAFETY: as above, or NULL at the interpreter's end.
        unsafe { Owned::from_borrowed_ptr_or_opt(self, modules) }
            .expect("the interpreter has released its modules")
    }

    /// The interpreter's dict for extensions, which may keep their per-interpreter objects in it. A new
    /// reference; `None` if there is no memory for the dict.
    ///
    /// # Safety
    /// The caller changes only its own entries, and does not give the dict to code that changes others, such as
    /// Python code: C code uses what it finds in its entries without a check. From 3.13 on, `datetime` takes the module
    /// in its entry for itself, and extensions keep pointers in theirs.
    #[doc(alias = "PyInterpreterState_GetDict")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn interpreter_dict(self) -> Option<Owned<'py, PyDict>> {
        self.assert_attached();
        // SAFETY: attached, so that there is an interpreter.
        let state = unsafe { ffi::PyInterpreterState_Get() };
        // SAFETY: the interpreter of this thread.
        let dict = unsafe { ffi::PyInterpreterState_GetDict(state) };
        // SAFETY: a dict that the interpreter keeps alive, or NULL; a reference is taken at once.
        unsafe { Owned::from_borrowed_ptr_or_opt(self, dict) }
    }

    /// The thread state's dict for extensions, which may keep their per-thread objects in it. A new reference;
    /// `None` if there is no memory for the dict.
    ///
    /// # Safety
    /// The caller changes only its own entries, and does not give the dict to code that changes others, such as
    /// Python code: CPython itself uses its entry `Py_Repr` as a list without a check.
    #[doc(alias = "PyThreadState_GetDict")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn thread_dict(self) -> Option<Owned<'py, PyDict>> {
        self.assert_attached();
        // SAFETY: attached.
        let dict = unsafe { ffi::PyThreadState_GetDict() };
        // SAFETY: a dict that the thread state keeps alive, or NULL; a reference is taken at once.
        unsafe { Owned::from_borrowed_ptr_or_opt(self, dict) }
    }

    /// Issues a warning, as `warnings.warn(message, W, stack_level)`: level 1 is the running Python code, 2 its
    /// caller.
    ///
    /// # Errors
    /// The warning itself, if a filter turns it into an exception; `ValueError` for a message with a NUL; what
    /// a hook raises.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, error::PyDeprecationWarning};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// py.warn::<PyDeprecationWarning>("use spam() instead", 1)?;
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyErr_WarnEx")]
    #[doc(alias = "PyErr_WarnFormat")]
    #[doc(alias = "PyErr_WarnExplicit")]
    #[inline]
    pub fn warn<W: Exception>(
        self,
        message: impl Display,
        stack_level: usize,
    ) -> PyResult<'py, ()> {
        assert_clear(self);
        let Some(message) = formatted(&message) else {
            return Err(Raised::no_memory(self));
        };
        let message = PyString::new(self, &message)?;
        let text = message.to_c_str()?;
        let level = ffi::Py_ssize_t::try_from(stack_level).unwrap_or(ffi::Py_ssize_t::MAX);
        let category = W::type_ptr(self).cast();
        // SAFETY: attached; a type object, borrowed for the call, and a NUL-terminated string.
        let status = unsafe { ffi::PyErr_WarnEx(category, text.as_ptr(), level) };
        check_status(self, status)
    }

    /// The exception that an `except` clause is handling now, which a bare `raise` would raise again; `None` if
    /// there is none. A new reference.
    #[doc(alias = "PyErr_GetHandledException")]
    #[doc(alias = "PyErr_GetExcInfo")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn handled_exception(self) -> Option<Owned<'py, PyBaseException>> {
        self.assert_attached();
        let (mut kind, mut value) = (ptr::null_mut(), ptr::null_mut());
        let mut traceback = ptr::null_mut();
        // SAFETY: attached; the three variables receive new references or NULLs.
        unsafe { ffi::PyErr_GetExcInfo(&mut kind, &mut value, &mut traceback) };
        // SAFETY: as above.
        let _kind: Option<Owned<'_, PyAny>> = unsafe { Owned::from_new_ptr_or_opt(self, kind) };
        // SAFETY: as above.
        let value: Option<Owned<'_, PyAny>> = unsafe { Owned::from_new_ptr_or_opt(self, value) };
        // SAFETY: as above.
        let _traceback: Option<Owned<'_, PyAny>> =
            unsafe { Owned::from_new_ptr_or_opt(self, traceback) };
        value?.cast_into().ok()
    }

    /// Sets the exception that counts as being handled; the reference is given away. For code that acts as an
    /// `except` clause or as a coroutine: it has to restore the former one afterwards.
    #[doc(alias = "PyErr_SetHandledException")]
    #[doc(alias = "PyErr_SetExcInfo")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set_handled_exception(self, exception: Option<Owned<'py, PyBaseException>>) {
        self.assert_attached();
        let (mut kind, mut value) = (ptr::null_mut(), ptr::null_mut());
        let mut traceback = ptr::null_mut();
        if let Some(exception) = exception {
            kind = exception.type_of().into_ptr();
            traceback = exception.traceback().map_or(traceback, Owned::into_ptr);
            value = exception.into_ptr();
        }
        // SAFETY: attached; the call steals three references, each of which may be NULL.
        unsafe { ffi::PyErr_SetExcInfo(kind, value, traceback) }
    }
}
