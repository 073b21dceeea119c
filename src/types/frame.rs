//! Frames, tracebacks, cells.

use std::ffi::CStr;
use std::ptr;

use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyCell, PyCode, PyDict, PyFrame, PyInt, PyString, PyTraceback};

impl PyFrame {
    /// The frame of the Python code that this thread is running, if any. A new reference.
    #[doc(alias = "PyThreadState_GetFrame")]
    #[doc(alias = "PyEval_GetFrame")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn current(py: Python<'_>) -> Option<Owned<'_, PyFrame>> {
        py.assert_attached();
        // SAFETY: attached, so that there is a thread state.
        let state = unsafe { ffi::PyThreadState_Get() };
        // SAFETY: the thread state of this thread.
        let frame = unsafe { ffi::PyThreadState_GetFrame(state) };
        // SAFETY: a new reference to a frame, or NULL where no Python code runs.
        unsafe { Owned::from_new_ptr_or_opt(py, frame.cast()) }
    }

    /// A frame that never runs: for [`add_frame`](crate::Raised::add_frame), which shows code other than
    /// Python's in a traceback. A new reference; `globals`, which may be left out, are borrowed: the frame
    /// takes its own reference.
    ///
    /// The frame's code is [empty](PyCode::new_empty). With code that has run, the frame would compute a
    /// wrong position on free-threaded builds, where each thread has its own copy of the bytecode.
    ///
    /// # Errors
    /// `MemoryError`, `UnicodeDecodeError` if a name cannot be decoded.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, error::PyValueError, types::PyFrame};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let frame = PyFrame::new(py, c"codec.rs", c"decode", 41, None)?;
    /// let raised = py.raise::<PyValueError>("no such tag");
    /// raised.add_frame(&frame);
    /// let traceback = raised.into_exception().traceback().expect("one line");
    /// assert_eq!(traceback.frame()?.line_number(), Some(41));
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyFrame_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        py: Python<'py>,
        filename: &CStr,
        name: &CStr,
        line: i32,
        globals: Option<&Borrowed<'_, PyDict>>,
    ) -> PyResult<'py, Owned<'py, PyFrame>> {
        py.assert_attached();
        let code = PyCode::new_empty(py, filename, name, line)?;
        let empty;
        let globals = match globals {
            Some(globals) => globals.as_ptr(),
            None => {
                empty = PyDict::new(py)?;
                empty.as_ptr()
            }
        };
        // SAFETY: attached, so that there is a thread state.
        let state = unsafe { ffi::PyThreadState_Get() };
        let code = code.as_ptr().cast();
        // SAFETY: this thread's state; live objects, borrowed for the call; without locals.
        let frame = unsafe { ffi::PyFrame_New(state, code, globals, ptr::null_mut()) };
        // SAFETY: a new reference to a frame, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, frame.cast()) }
    }
}

/// # Methods of frames
impl<'py> Borrowed<'py, PyFrame> {
    /// The frame that called this one, as a new reference, if there is one.
    #[doc(alias = "PyFrame_GetBack")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn back(&self) -> Option<Owned<'py, PyFrame>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyFrame_GetBack(self.as_ptr().cast()) };
        // SAFETY: a new reference to a frame, or NULL where there is none.
        unsafe { Owned::from_new_ptr_or_opt(self.py(), result.cast()) }
    }

    /// The code that runs in the frame. A new reference.
    #[doc(alias = "PyFrame_GetCode")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn code(&self) -> Owned<'py, PyCode> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyFrame_GetCode(self.as_ptr().cast()) };
        // SAFETY: a new reference to a code object, never NULL.
        unsafe { Owned::from_new_ptr(self.py(), result.cast()) }
    }

    /// The current line number, if the instruction has one.
    #[doc(alias = "PyFrame_GetLineNumber")]
    #[inline]
    pub fn line_number(&self) -> Option<u32> {
        // SAFETY: a live frame.
        let line = unsafe { ffi::PyFrame_GetLineNumber(self.as_ptr().cast()) };
        u32::try_from(line).ok()
    }

    /// The offset in the [bytecode](Borrowed::bytecode) of the instruction that ran last. Before the first
    /// instruction this is `None` or the offset of one of the first, depending on the version.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFrame_GetLasti")]
    #[inline]
    pub fn last_instruction(&self) -> PyResult<'py, Option<usize>> {
        let offset = self.getattr(c"f_lasti")?.cast::<PyInt>()?.to_i64()?;
        Ok(usize::try_from(offset).ok())
    }

    /// The value of a local variable, or of a variable of an enclosing function, as a new reference; `None`
    /// if there is no such variable or it has no value. `name` is borrowed.
    ///
    /// # Errors
    /// `MemoryError`, or what these raise: the `__hash__` of a name of a subclass of str, and the mapping
    /// that the code was run with for its local variables.
    #[doc(alias = "PyFrame_GetVar")]
    #[doc(alias = "PyFrame_GetVarString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn var(&self, name: &Borrowed<'_, PyString>) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        self.locals()?.get_item_opt(name)
    }

    /// The local variables: a dict, or in functions from 3.13 on a view that writes through to them. A new
    /// reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFrame_GetLocals")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn locals(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"f_locals")
    }

    /// The global variables. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFrame_GetGlobals")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn globals(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"f_globals")
    }

    /// The builtins that the frame uses. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[doc(alias = "PyFrame_GetBuiltins")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn builtins(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"f_builtins")
    }
}

/// # Methods of tracebacks
impl<'py> Borrowed<'py, PyTraceback> {
    /// The next entry, which is one call deeper. A new reference; `None` after the last.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn next(&self) -> PyResult<'py, Option<Owned<'py, PyTraceback>>> {
        let value = self.getattr(c"tb_next")?;
        match value.is_none() {
            true => Ok(None),
            false => Ok(Some(value.cast_into()?)),
        }
    }

    /// The frame of this entry. A new reference.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn frame(&self) -> PyResult<'py, Owned<'py, PyFrame>> {
        Ok(self.getattr(c"tb_frame")?.cast_into()?)
    }

    /// The line number in this frame: of the line that raised the exception, or that called the next frame.
    ///
    /// # Errors
    /// CPython has no case in which this fails.
    #[inline]
    pub fn line_number(&self) -> PyResult<'py, i64> {
        self.getattr(c"tb_lineno")?.cast::<PyInt>()?.to_i64()
    }

    /// Writes the traceback to a file object, as it is shown for an exception. `file` is borrowed.
    ///
    /// # Errors
    /// What `file.write` raises.
    #[doc(alias = "PyTraceBack_Print")]
    #[inline]
    pub fn print(&self, file: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyTraceBack_Print(self.as_ptr(), file.as_ptr()) };
        check_status(self.py(), status)
    }
}

impl PyCell {
    /// A new cell that holds `value`, or an empty cell. `value` is borrowed: the cell takes its own
    /// reference.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyCell_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new<'py>(
        py: Python<'py>,
        value: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyCell>> {
        py.assert_attached();
        let value = value.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: a live object, borrowed for the call, or NULL for an empty cell.
        let result = unsafe { ffi::PyCell_New(value) };
        // SAFETY: a new reference to a cell, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// # Methods of cells
impl<'py> Borrowed<'py, PyCell> {
    /// The object that the cell holds, as a new reference; `None` if the cell is empty.
    #[doc(alias = "PyCell_Get")]
    #[doc(alias = "PyCell_GET")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get(&self) -> Option<Owned<'py, PyAny>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyCell_Get(self.as_ptr()) };
        // SAFETY: a new reference, or NULL where there is none.
        unsafe { Owned::from_new_ptr_or_opt(self.py(), result) }
    }

    /// Puts `value` into the cell, or empties the cell. `value` is borrowed: the cell takes its own
    /// reference, and releases its reference to the old object.
    #[doc(alias = "PyCell_Set")]
    #[doc(alias = "PyCell_SET")]
    #[inline]
    pub fn set(&self, value: Option<&Borrowed<'_, PyAny>>) {
        let value = value.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: a live cell, so that the call does not fail; a live object, borrowed for the call, or NULL.
        unsafe { ffi::PyCell_Set(self.as_ptr(), value) };
    }
}
