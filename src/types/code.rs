//! Code objects and functions.

use std::ffi::CStr;
use std::ptr;

use crate::error::{PyResult, PyTypeError};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyBytes, PyCode, PyDict, PyFunction, PyInt, PyString, PyTuple};

/// The kind of source text that [`PyCode::compile`] compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum CompileMode {
    /// Statements, as in a file.
    File = ffi::Py_file_input,
    /// One expression.
    Eval = ffi::Py_eval_input,
    /// One statement of an interactive session: running it prints the value.
    Single = ffi::Py_single_input,
}

impl PyCode {
    /// Compiles source text. A new reference. `filename` is what tracebacks show.
    ///
    /// # Errors
    /// `SyntaxError`, `UnicodeDecodeError` if `filename` cannot be decoded, or `MemoryError`.
    #[doc(alias = "Py_CompileString")]
    #[doc(alias = "Py_CompileStringFlags")]
    #[doc(alias = "Py_CompileStringExFlags")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn compile<'py>(
        py: Python<'py>,
        source: &CStr,
        filename: &CStr,
        mode: CompileMode,
    ) -> PyResult<'py, Owned<'py, PyCode>> {
        py.assert_attached();
        // SAFETY: attached; two NUL-terminated strings; the mode is one of C's.
        let result = unsafe {
            ffi::Py_CompileString(source.as_ptr(), filename.as_ptr(), mode as std::ffi::c_int)
        };
        // SAFETY: a new reference to a code object (without flags it is no syntax tree), or NULL with an
        // exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }

    /// An empty code object: its frames represent code other than Python's in tracebacks. A new reference.
    ///
    /// # Errors
    /// `MemoryError`, `UnicodeDecodeError` if a name cannot be decoded.
    #[doc(alias = "PyCode_NewEmpty")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new_empty<'py>(
        py: Python<'py>,
        filename: &CStr,
        name: &CStr,
        first_line: i32,
    ) -> PyResult<'py, Owned<'py, PyCode>> {
        py.assert_attached();
        // SAFETY: attached; two NUL-terminated strings.
        let result = unsafe { ffi::PyCode_NewEmpty(filename.as_ptr(), name.as_ptr(), first_line) };
        // SAFETY: a new reference to a code object, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result.cast()) }
    }
}

/// # Methods of code objects
impl<'py> Borrowed<'py, PyCode> {
    /// The name of the function, or `<module>`. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn name(&self) -> PyResult<'py, Owned<'py, PyString>> {
        Ok(self.getattr(c"co_name")?.cast_into()?)
    }

    /// The file name that the code was compiled with. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn filename(&self) -> PyResult<'py, Owned<'py, PyString>> {
        Ok(self.getattr(c"co_filename")?.cast_into()?)
    }

    /// The number of the first line. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn first_line(&self) -> PyResult<'py, Owned<'py, PyInt>> {
        Ok(self.getattr(c"co_firstlineno")?.cast_into()?)
    }

    /// The bytecode. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyCode_GetCode")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn bytecode(&self) -> PyResult<'py, Owned<'py, PyBytes>> {
        Ok(self.getattr(c"co_code")?.cast_into()?)
    }

    /// The line of the instruction at `offset` in the [bytecode](Borrowed::bytecode), if it has one.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyCode_Addr2Line")]
    #[inline]
    pub fn line_at(&self, offset: usize) -> PyResult<'py, Option<u32>> {
        // C does not check the offset.
        if offset >= self.bytecode()?.len() {
            return Ok(None);
        }
        // SAFETY: a live code object; the offset is within.
        let line = unsafe { ffi::PyCode_Addr2Line(self.as_ptr().cast(), offset as i32) };
        Ok(u32::try_from(line).ok())
    }

    /// The names of the arguments and local variables. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyCode_GetVarnames")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn varnames(&self) -> PyResult<'py, Owned<'py, PyTuple>> {
        Ok(self.getattr(c"co_varnames")?.cast_into()?)
    }

    /// The names of the variables that the code uses from enclosing functions. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyCode_GetFreevars")]
    #[doc(alias = "PyCode_GetNumFree")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn freevars(&self) -> PyResult<'py, Owned<'py, PyTuple>> {
        Ok(self.getattr(c"co_freevars")?.cast_into()?)
    }

    /// The names of the local variables that inner functions use. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyCode_GetCellvars")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn cellvars(&self) -> PyResult<'py, Owned<'py, PyTuple>> {
        Ok(self.getattr(c"co_cellvars")?.cast_into()?)
    }

    /// Runs the code. A new reference to its value, which is `None` for statements. The arguments are
    /// borrowed. Without `locals`, `globals` are the local variables as well.
    ///
    /// # Errors
    /// What the code raises, or `TypeError` if the code has free variables or needs arguments.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{CompileMode, PyCode, PyDict}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let code = PyCode::compile(py, c"6 * 7", c"<question>", CompileMode::Eval)?;
    /// let answer = code.eval(&*PyDict::new(py)?, None)?;
    /// assert_eq!(answer.repr()?.to_str()?, "42");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyEval_EvalCode")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn eval(
        &self,
        globals: &Borrowed<'_, PyDict>,
        locals: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        self.check_closed()?;
        let locals = locals.map_or(globals.as_ptr(), Borrowed::as_ptr);
        // SAFETY: live objects, borrowed for the call; the code needs no closure, which it would not get.
        let result = unsafe { ffi::PyEval_EvalCode(self.as_ptr(), globals.as_ptr(), locals) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Runs the code in the module `name`, which is created and put into `sys.modules` if it is not there. A
    /// new reference to the object that `sys.modules` has under `name` afterwards: the module, unless the
    /// code has replaced it. The arguments are borrowed; the paths become `__file__` and `__cached__`, since 3.15
    /// `__spec__.cached`. Of a `name` that is an instance of a subclass of `str` a copy is used.
    ///
    /// # Errors
    /// What the code raises, and then the module is removed from `sys.modules`; `TypeError` if the code has
    /// free variables or needs arguments.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{CompileMode, PyCode, PyString}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let code = PyCode::compile(py, c"answer = 42", c"<generated>", CompileMode::File)?;
    /// let module = code.exec_as_module(&*PyString::new(py, "generated")?, None, None)?;
    /// assert_eq!(module.getattr(c"answer")?.repr()?.to_str()?, "42");
    /// assert!(py.import(c"generated")?.is(&module));
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyImport_ExecCodeModuleObject")]
    #[doc(alias = "PyImport_ExecCodeModule")]
    #[doc(alias = "PyImport_ExecCodeModuleEx")]
    #[doc(alias = "PyImport_ExecCodeModuleWithPathnames")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn exec_as_module(
        &self,
        name: &Borrowed<'_, PyString>,
        path: Option<&Borrowed<'_, PyString>>,
        cached: Option<&Borrowed<'_, PyString>>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        self.check_closed()?;
        let path = path.map_or(ptr::null_mut(), Borrowed::as_ptr);
        let cached = cached.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // CPython 3.13 ends the process if the collector tracks the name of a new module, as it does instances of
        // subclasses.
        // SAFETY: a live str, borrowed for the call.
        let exact = unsafe { ffi::PyUnicode_FromObject(name.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        let exact: Owned<'_, PyString> =
            unsafe { Owned::from_new_ptr_or_raised(self.py(), exact)? };
        let (name, code) = (exact.as_ptr(), self.as_ptr());
        // SAFETY: live objects or NULL, borrowed for the call; the code needs no closure.
        let result = unsafe { ffi::PyImport_ExecCodeModuleObject(name, code, path, cached) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Checks that the code has no free variables: the interpreter would read them from a closure that does
    /// not exist.
    #[inline]
    pub(super) fn check_closed(&self) -> PyResult<'py, ()> {
        match self.freevars()?.is_empty() {
            true => Ok(()),
            false => {
                let message = "code with free variables needs a closure";
                Err(self.py().raise::<PyTypeError>(message))
            }
        }
    }
}

impl PyFunction {
    /// A function that runs `code` with `globals`. A new reference; both are borrowed: the function takes its
    /// own references.
    ///
    /// # Errors
    /// `TypeError` if the code has free variables, `MemoryError`.
    #[doc(alias = "PyFunction_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        code: &Borrowed<'py, PyCode>,
        globals: &Borrowed<'_, PyDict>,
    ) -> PyResult<'py, Owned<'py, PyFunction>> {
        code.check_closed()?;
        // SAFETY: live objects, borrowed for the call; the code needs no closure.
        let result = unsafe { ffi::PyFunction_New(code.as_ptr(), globals.as_ptr()) };
        // SAFETY: a new reference to a function, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(code.py(), result) }
    }
}

/// # Methods of functions
impl<'py> Borrowed<'py, PyFunction> {
    /// `self.__code__`. A new reference, because `__code__` can be assigned.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_GetCode")]
    #[doc(alias = "PyFunction_GET_CODE")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn code(&self) -> PyResult<'py, Owned<'py, PyCode>> {
        Ok(self.getattr(c"__code__")?.cast_into()?)
    }

    /// `self.__globals__`. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_GetGlobals")]
    #[doc(alias = "PyFunction_GET_GLOBALS")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn globals(&self) -> PyResult<'py, Owned<'py, PyDict>> {
        Ok(self.getattr(c"__globals__")?.cast_into()?)
    }

    /// `self.__module__`, usually a str. A new reference; `None` if it is `None`.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_GetModule")]
    #[doc(alias = "PyFunction_GET_MODULE")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn module(&self) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        let value = self.getattr(c"__module__")?;
        match value.is_none() {
            true => Ok(None),
            false => Ok(Some(value)),
        }
    }

    /// `self.__defaults__`. A new reference; `None` if there are none.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_GetDefaults")]
    #[doc(alias = "PyFunction_GET_DEFAULTS")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn defaults(&self) -> PyResult<'py, Option<Owned<'py, PyTuple>>> {
        let value = self.getattr(c"__defaults__")?;
        match value.is_none() {
            true => Ok(None),
            false => Ok(Some(value.cast_into()?)),
        }
    }

    /// `self.__kwdefaults__`. A new reference; `None` if there are none.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_GetKwDefaults")]
    #[doc(alias = "PyFunction_GET_KW_DEFAULTS")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn kw_defaults(&self) -> PyResult<'py, Option<Owned<'py, PyDict>>> {
        let value = self.getattr(c"__kwdefaults__")?;
        match value.is_none() {
            true => Ok(None),
            false => Ok(Some(value.cast_into()?)),
        }
    }

    /// `self.__closure__`, a tuple of [cells](super::PyCell). A new reference; `None` if there is none.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFunction_GetClosure")]
    #[doc(alias = "PyFunction_GET_CLOSURE")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn closure(&self) -> PyResult<'py, Option<Owned<'py, PyTuple>>> {
        let value = self.getattr(c"__closure__")?;
        match value.is_none() {
            true => Ok(None),
            false => Ok(Some(value.cast_into()?)),
        }
    }

    /// `self.__annotations__`, which is created if it does not exist yet. A new reference.
    ///
    /// # Errors
    /// What evaluating the annotations raises, from 3.14 on.
    #[doc(alias = "PyFunction_GetAnnotations")]
    #[doc(alias = "PyFunction_GET_ANNOTATIONS")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn annotations(&self) -> PyResult<'py, Owned<'py, PyDict>> {
        Ok(self.getattr(c"__annotations__")?.cast_into()?)
    }
}
