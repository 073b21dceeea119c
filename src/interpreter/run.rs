//! Running source text.

use std::ffi::{CStr, c_int};
use std::ptr;

use crate::error::{PyResult, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyDict, PyModule};

impl<'py> Python<'py> {
    /// Evaluates an expression. The value is a new reference; the dicts are borrowed.
    ///
    /// `globals` defaults to the namespace of `__main__`, `locals` to the globals. If `globals` has no
    /// `__builtins__`, they are inserted.
    ///
    /// # Errors
    /// `SyntaxError`; what the expression raises.
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

    /// Runs statements, such as the content of a file. The dicts are borrowed.
    ///
    /// The namespaces are as for [`eval`](Python::eval); the statements' definitions are stored in them.
    ///
    /// # Errors
    /// `SyntaxError`; what the statements raise. `SystemExit` is an error like any other.
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
        // SAFETY: a NUL-terminated string and two live dicts, borrowed for the call; no flags. The call itself
        // inserts `__builtins__`.
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

    /// The namespace of `__main__`; the module is created if it is missing.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn main_namespace(self) -> PyResult<'py, Owned<'py, PyDict>> {
        // SAFETY: a NUL-terminated string.
        let main = unsafe { ffi::compat::PyImport_AddModuleRef(c"__main__".as_ptr()) };
        // SAFETY: a new reference to a module, or up to 3.12 to `None` if the module is gone already; or NULL with an
        // exception set.
        let main: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr_or_raised(self, main)? };
        Ok(main.cast_into::<PyModule>()?.dict())
    }
}
