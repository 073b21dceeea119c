//! File objects: any object with the methods of a file.

use std::ffi::c_int;

use crate::error::{PyEOFError, PyResult, Raised, assert_clear, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyBytes, PyString};

/// ## Any object: files
impl<'py> Borrowed<'py, PyAny> {
    /// The file descriptor: the int itself, or what `self.fileno()` returns.
    ///
    /// # Errors
    /// `TypeError` if the object is no int and has no `fileno`, or if that returns no int; `ValueError` if
    /// the descriptor is negative, `OverflowError` if it is too large for C; or what `fileno` raises.
    #[doc(alias = "PyObject_AsFileDescriptor")]
    #[inline]
    pub fn file_descriptor(&self) -> PyResult<'py, c_int> {
        assert_clear(self.py());
        // SAFETY: a live object, borrowed for the call.
        match unsafe { ffi::PyObject_AsFileDescriptor(self.as_ptr()) } {
            -1 => Err(Raised::set(self.py())),
            descriptor => Ok(descriptor),
        }
    }

    /// `self.write(str(object))`, or `self.write(repr(object))` if `repr` is true. `object` is borrowed.
    ///
    /// # Errors
    /// `AttributeError` if `self` has no `write`, or what `write`, `__str__` or `__repr__` raises.
    #[doc(alias = "PyFile_WriteObject")]
    #[doc(alias = "PyFile_WriteString")]
    #[doc(alias = "PyObject_Print")]
    #[inline]
    pub fn write_object(&self, object: &Borrowed<'_, PyAny>, repr: bool) -> PyResult<'py, ()> {
        assert_clear(self.py());
        let flags = if repr { 0 } else { ffi::Py_PRINT_RAW };
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyFile_WriteObject(object.as_ptr(), self.as_ptr(), flags) };
        check_status(self.py(), status)
    }

    /// `self.readline()`, or `self.readline(limit)` if `limit` is positive: a str or bytes, empty at the end
    /// of the file. If `limit` is negative, the line is returned without the newline at its end. A new
    /// reference.
    ///
    /// # Errors
    /// `EOFError` at the end of the file if `limit` is negative, `TypeError` if `readline` returns neither a
    /// str nor bytes, or what it raises.
    #[doc(alias = "PyFile_GetLine")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn read_line(&self, limit: i32) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyFile_GetLine(self.as_ptr(), limit.max(0)) };
        // SAFETY: a new reference, or NULL with an exception set.
        let line = unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }?;
        match limit < 0 {
            true => without_end(line),
            false => Ok(line),
        }
    }
}

/// A line, str or bytes, without the newline at its end; `EOFError` for an empty one.
///
/// Not done by C: `PyFile_GetLine` shortens bytes in place if there is no other reference, which corrupts an
/// instance of a subclass.
#[cfg_attr(feature = "ledger", track_caller)]
#[inline]
fn without_end<'py>(line: Owned<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    let py = line.py();
    let (len, last) = match line.cast::<PyBytes>() {
        Ok(bytes) => (bytes.len(), bytes.as_bytes().last().copied().map(u32::from)),
        Err(_) => {
            let text = line.cast::<PyString>()?;
            let last = text.len().checked_sub(1);
            (
                text.len(),
                last.map(|last| text.code_point(last)).transpose()?,
            )
        }
    };
    match last {
        None => Err(py.raise::<PyEOFError>("EOF when reading a line")),
        Some(last) if last != u32::from('\n') => Ok(line),
        Some(_) => match line.cast::<PyBytes>() {
            Ok(bytes) => Ok(PyBytes::new(py, &bytes.as_bytes()[..len - 1])?.into_any()),
            Err(_) => {
                let text = line.cast::<PyString>()?;
                Ok(text.substring(0, len - 1)?.into_any())
            }
        },
    }
}
