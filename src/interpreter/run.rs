//! Running source text.

use std::ffi::{CStr, c_int};
use std::ptr;

use crate::error::{PyResult, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyDict, PyModule};

impl<'py> Python<'py> {
    /// The value of an expression. A new reference; the dictionaries are borrowed.
    ///
    /// Without `globals` it is evaluated in `__main__`, without `locals` they are the globals. Where
    /// `__builtins__` is missing from `globals`, it is inserted.
    ///
    /// # Errors
    /// `SyntaxError`, or what the expression raises.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::PyInt};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let answer = py.eval(c"6 * 7", None, None)?.cast_into::<PyInt>()?;
    /// assert_eq!(answer.to_i64()?, 42);
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyRun_String")]
    #[doc(alias = "PyRun_StringFlags")]
    #[doc(alias = "PyEval_EvalCode")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn eval(
        self,
        code: &CStr,
        globals: Option<&Borrowed<'_, PyDict>>,
        locals: Option<&Borrowed<'_, PyDict>>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        self.run_source(code, ffi::Py_eval_input, globals, locals)
    }

    /// Runs statements, as a file's content. The dictionaries are borrowed.
    ///
    /// The namespaces are those of [`eval`](Python::eval); what the statements define ends up in them.
    ///
    /// # Errors
    /// `SyntaxError`, or what the statements raise. `SystemExit` is an error like any other.
    #[doc(alias = "PyRun_String")]
    #[doc(alias = "PyRun_StringFlags")]
    #[doc(alias = "PyRun_SimpleString")]
    #[inline]
    pub fn run(
        self,
        code: &CStr,
        globals: Option<&Borrowed<'_, PyDict>>,
        locals: Option<&Borrowed<'_, PyDict>>,
    ) -> PyResult<'py, ()> {
        self.run_source(code, ffi::Py_file_input, globals, locals)
            .map(drop)
    }

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn run_source(
        self,
        code: &CStr,
        start: c_int,
        globals: Option<&Borrowed<'_, PyDict>>,
        locals: Option<&Borrowed<'_, PyDict>>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        self.assert_attached();
        assert_clear(self);
        let main: Owned<'py, PyDict>;
        let globals = match globals {
            Some(globals) => globals,
            None => {
                main = self.main_namespace()?;
                &main
            }
        };
        let locals = locals.unwrap_or(globals);
        // SAFETY: a NUL-terminated string and two live dicts, borrowed for the call; no flags. It inserts
        // `__builtins__` itself.
        let result = unsafe {
            ffi::PyRun_StringFlags(
                code.as_ptr(),
                start,
                globals.as_ptr(),
                locals.as_ptr(),
                ptr::null_mut(),
            )
        };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self, result) }
    }

    /// The namespace of `__main__`, which is made if it is missing.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn main_namespace(self) -> PyResult<'py, Owned<'py, PyDict>> {
        // SAFETY: a NUL-terminated string.
        let main = unsafe { ffi::compat::PyImport_AddModuleRef(c"__main__".as_ptr()) };
        // SAFETY: a new reference to a module (anything else in `sys.modules` is replaced), or NULL with
        // an exception set.
        let main: Owned<'_, PyModule> = unsafe { Owned::from_new_ptr_or_raised(self, main)? };
        Ok(main.dict())
    }
}
